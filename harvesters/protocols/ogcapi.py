"""OGC API Features (pygeoapi, ldproxy, tipg, pg_featureserv, QGIS Server, MapServer, GeoServer).

`address`: the service's landing page, or that of one of its collections. Options:

- `collection`: its id; needed unless the address names it or the service has only one;
- `limit`: only the first so many, to have a look;
- `page_size`: how many to ask for at once (1,000 unless said; servers that refuse are asked for fewer);
- `crs`: the coordinate system, for a server that keeps neither to the standard's (CRS84) nor says so.

Quirks, each seen with the server named: MapServer 8.0 cannot skip in a GeoPackage and gives its first page
for ever (MapServer issue 6613); tipg answers 422 above its own limit; pygeoapi gives fewer than asked without a word;
QGIS Server gives collections no `itemType`; pg_featureserv says no `numberMatched` and gives no `next`; ldproxy's
`next` cannot be guessed; behind a proxy `next` may name a machine inside: then our address is kept.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from harvesters.errors import PortalError
from harvesters.formats.features import Features
from harvesters.formats.json_records import row_of
from harvesters.http import Client, shown
from harvesters.portals import DATASETS_MAX, Dataset, Portal
from harvesters.portals.asking import json_if_any, split_query
from harvesters.portals.paging import Pages, first_of, number_of, whole_option
from harvesters.portals.words import DESCRIPTION_MAX, keywords, listed, words
from harvesters.reading import Reading, Row
from portal.models import Source

PATH = re.compile(r"(?P<root>.*?)(?:/collections(?:/(?P<id>[^/]+)(?:/items(?:/.*)?|/?[^/]*)?)?)?/*")
ITEMS = re.compile(r"/collections/[^/]+/items(?:\.\w+)?/?$")
PAGE = 1_000
SMALLER = (100, 0)  # 0: as many as the server likes
REFUSED = re.compile(r" answered 4(?:00|04|13|14|22)\b")
# Of an address, what belongs to one question and not to the service (a MapServer's `map` does).
OF_A_QUESTION = {"f", "limit", "offset", "startindex", "bbox", "bbox-crs", "crs", "datetime", "sortby", "filter"}
GEOJSON = ("application/geo+json", "application/vnd.geo+json", "application/json")
Json = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    service = Service(source.address, client)
    limit = whole_option(source.options, "limit", 0)
    size = whole_option(source.options, "page_size", PAGE)
    collection = service.collection(str(source.options.get("collection") or service.named))
    walk = Walk(service, service.items_url(collection), min(limit or size, size), reading)
    yield from first_of(walk.rows(source.options, provenance(collection)), limit, reading)


def provenance(collection: Json) -> Json:
    return {"_dataset_id": collection.get("id"), "_dataset_title": words(collection.get("title")) or None}


class Service:
    """One service: its root, the collection that its address names, what every question to it must hold."""

    def __init__(self, address: str, client: Client) -> None:
        path, parameters = split_query(address)
        match = PATH.fullmatch(path)
        self.root = match["root"] if match else path
        self.named = unquote((match and match["id"]) or "")
        self.kept = {name: value for name, value in parameters.items() if name.lower() not in OF_A_QUESTION}
        self.client = client

    def ask(self, url: str, parameters: Json | None = None) -> Json:
        """A JSON object; asked for by `f=json` where a page for people came. Raises PortalError."""
        asked = self.kept | (parameters or {}) if urlsplit(url).query == "" else parameters or {}
        try:
            found = self.client.get_json(url, asked)
        except PortalError as error:
            if error.code not in ("html-instead", "not-json"):
                raise
            found = self.client.get_json(url, asked | {"f": "json"})
        if not isinstance(found, dict):
            raise PortalError("portal-error", f"{shown(url)} does not answer as OGC API Features does.")
        return found

    def collection(self, name: str) -> Json:
        """The collection of this name, or the only one there is. Raises PortalError (bad-option...)."""
        if name:
            return self.ask(f"{self.root}/collections/{quote(name, safe='')}") | {"id": name}
        found = list(self.collections())
        if len(found) == 1:
            return found[0]
        names = ", ".join(str(collection["id"]) for collection in found[:20]) or "none at all"
        raise PortalError("bad-option", f"The option `collection` is to name one of: {names}.")

    def collections(self) -> Iterator[Json]:
        """The collections of features, each once, over all pages of their list."""
        url, seen = f"{self.root}/collections", set[str]()
        visited: set[str] = set()
        while url and url not in visited and len(visited) < DATASETS_MAX:
            visited.add(url)
            page = self.ask(url)
            for collection in listed(page.get("collections")):
                id_ = collection.get("id")
                if isinstance(id_, str) and id_ not in seen and collection.get("itemType", "feature") == "feature":
                    seen.add(id_)
                    yield collection
            url = next_url(page, url, f"{self.root}/collections")

    def items_url(self, collection: Json) -> str:
        """Where the collection says its items are as GeoJSON, when that is below us; else where the standard says."""
        base = f"{self.root}/collections/{quote(str(collection['id']), safe='')}/items"
        by_type = {link.get("type"): link.get("href") for link in links(collection, "items")}
        for kind in GEOJSON[:2]:
            href = by_type.get(kind)
            if isinstance(href, str) and (url := safe_join(base, href)).startswith(f"{self.root}/"):
                return url
        return base


class Walk:
    """The items of one collection, page after page."""

    def __init__(self, service: Service, items_url: str, size: int, reading: Reading) -> None:
        self.service = service
        self.items_url = items_url
        self.size = size
        self.reading = reading
        self.pages = Pages(reading)
        self.visited: set[str] = set()

    def rows(self, options: Json, about: Json) -> Iterator[Row]:
        position = 0
        for page in self.all_pages():
            features = Features(page.get("crs"), options, self.reading)
            for item in self.fresh(page):
                position += 1
                row = row_of(position, item, features)
                yield Row(position, row.data | about, row.geometry, row.problem)

    def fresh(self, page: Json) -> list[Any]:
        self.pages.announce(number_of(page.get("numberMatched")))
        items = items_of(page)
        ids = [item.get("id") if isinstance(item, dict) else None for item in items]
        return self.pages.fresh(items, ids)

    def all_pages(self) -> Iterator[Json]:
        """Each page until the last one. Raises PortalError (repeated-page, portal-error...)."""
        page = self.first_page()
        url = self.items_url
        while True:
            yield page
            if not items_of(page):
                return
            url = next_url(page, url, self.items_url)
            if not url:
                yield from self.unlinked_pages()
                return
            if url in self.visited:
                raise PortalError("repeated-page", f"{shown(self.items_url)}: the next page is one that was read.")
            self.visited.add(url)
            page = self.service.ask(url)

    def first_page(self) -> Json:
        """The first page; servers that refuse so many are asked for fewer."""
        for smaller in SMALLER:
            try:
                return self.page_at(0)
            except PortalError as error:
                if not REFUSED.search(error.what):
                    raise
                self.size = smaller
        return self.page_at(0)

    def page_at(self, offset: int) -> Json:
        window = ({"limit": self.size} if self.size else {}) | ({"offset": offset} if offset else {})
        return self.service.ask(self.items_url, window)

    def unlinked_pages(self) -> Iterator[Json]:
        """What a server has behind a page without `next`, for those that give none or say no number."""
        while self.pages.missing or self.reading.announced is None:
            page = self.page_if_any()
            items = items_of(page) if page else []
            if not page or not items or not self.is_news(items):
                return
            yield page

    def page_if_any(self) -> Json | None:
        """The page behind what came, asked for by a parameter that the standard does not know: it may be refused."""
        try:
            return self.page_at(self.pages.came)
        except PortalError as error:
            if not REFUSED.search(error.what):
                raise
            return None

    def is_news(self, items: list[Any]) -> bool:
        """Whether a page that was not announced holds anything new; without `next` a repeated one is the end."""
        ids = [item.get("id") if isinstance(item, dict) else None for item in items]
        return self.pages.is_news(items, ids)


def items_of(page: Json) -> list[Any]:
    items = page.get("features")
    if not isinstance(items, list):
        raise PortalError("portal-error", "The portal gives a page without a list of features.")
    return items


def links(document: Json, rel: str) -> list[Json]:
    return [link for link in listed(document.get("links")) if link.get("rel") == rel]


def safe_join(base: str, href: str) -> str:
    """An address that a portal wrote, made whole; "" for what is none."""
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


def next_url(page: Json, asked: str, home: str) -> str:
    """The address of the next page, "" on the last one; on `home`'s machine whatever the portal calls itself.

    Raises PortalError (portal-error) for one that leads elsewhere.
    """
    found = [link for link in links(page, "next") if link.get("type") in (None, *GEOJSON)] or links(page, "next")
    href = found[0].get("href") if found else None
    if not isinstance(href, str) or not href:
        return ""
    url = safe_join(asked, href)
    theirs, ours = urlsplit(url or home), urlsplit(home)
    if theirs[:2] == ours[:2]:
        return url
    if theirs.query and theirs.path.rstrip("/").endswith(ending(ours.path)):
        return ours._replace(query=theirs.query).geturl()
    raise PortalError("portal-error", f"The next page is said to be elsewhere ({shown(href)}).")


def ending(path: str) -> str:
    match = ITEMS.search(path)
    return (match[0] if match else "/collections").rstrip("/")


def probe(address: str, client: Client) -> Portal | None:
    """The service that an address belongs to, its collection chosen when the address names one."""
    service = Service(address, client)
    found = json_if_any(client, f"{service.root}/", service.kept) or json_if_any(
        client, f"{service.root}/", service.kept | {"f": "json"}
    )
    if not found or "stac_version" in found:
        return None
    rels = {str(link.get("rel")).rpartition("/")[2] for link in listed(found.get("links"))}
    if not rels & {"data", "collections"}:
        return None
    says_so = bool(rels & {"conformance"})
    options = {"collection": service.named} if service.named else {}
    return Portal(
        "ogcapi", with_kept(service), options, words(found.get("title")), 1.0 if says_so else 0.7,
        "its landing page links to collections" + (" and to what it conforms to" if says_so else ""),
    )  # fmt: skip


def with_kept(service: Service) -> str:
    query = "&".join(f"{quote(name)}={quote(value, safe='/')}" for name, value in service.kept.items())
    return f"{service.root}?{query}" if query else service.root


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The collections of features of a service, in its own order."""
    service = Service(address, client)
    for collection in service.collections():
        licence = next(iter(links(collection, "license")), {})
        page = next(
            (link.get("href") for link in links(collection, "alternate") if "html" in str(link.get("type"))), ""
        )
        yield Dataset(
            id=collection["id"],
            title=words(collection.get("title")) or collection["id"],
            protocol="ogcapi",
            address=with_kept(service),
            options={"collection": collection["id"]},
            description=words(collection.get("description"), DESCRIPTION_MAX),
            keywords=keywords(collection.get("keywords")),
            licence=words(licence.get("title") or licence.get("href")),
            licence_url=words(licence.get("href"), 1_000),
            page=words(page, 1_000),
            records=number_of(collection.get("itemCount")),
            formats=("geojson",),
        )
