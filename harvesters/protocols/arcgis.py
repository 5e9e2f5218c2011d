"""ArcGIS: a layer of a FeatureServer or MapServer, by Esri's REST API (and by Koop, which speaks it too).

`address`: the layer's (`…/FeatureServer/0`), or its service's. Options:

- `layer`: its number; needed unless the address names it or the service has only one;
- `where`: only some of them, as the API takes it (`1=1` unless said);
- `id_field`: the field that tells records apart. It beats the layer's own OBJECTID, which a new import changes and
  which Koop makes out of the content;
- `limit`: only the first so many, to have a look;
- `page_size`: how many to ask for at once (the layer's `maxRecordCount` unless said).

Quirks, from Esri's documentation and from what servers were seen to do: errors come with status 200;
`exceededTransferLimit` may be true on a short or empty page (esri-leaflet issue 786), so pages advance by what came;
servers before 10.3 cannot page: all ids are asked for, then ranges of them; `outSR` is ignored by some, so the
answer's own `spatialReference` counts; f=geojson is not used: Koop's has no ids and MapServers before 10.4 lack it.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from harvesters.errors import PortalError
from harvesters.formats.esri_json import Shape
from harvesters.http import Client, shown
from harvesters.portals import DATASETS_MAX, Dataset, Portal
from harvesters.portals.asking import json_if_any, split_query
from harvesters.portals.paging import Pages, first_of, number_of, whole_option
from harvesters.portals.words import DESCRIPTION_MAX, keywords, listed, words
from harvesters.reading import Reading, Row
from portal.models import Source

SERVICE = re.compile(r"(?P<service>.*?/(?:FeatureServer|MapServer))(?:/(?P<layer>\d+))?(?:/.*)?", re.IGNORECASE)
FOLDER = re.compile(r"(?P<root>.*?/rest/services)(?P<folder>(?:/[^/]+)?)/*", re.IGNORECASE)
PAGE = 1_000
FOLDERS_MAX = 200
Json = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    layer = Layer(source, client)
    reading.announced = layer.count()
    limit = whole_option(source.options, "limit", 0)
    layer.size = min(limit or layer.size, layer.size)
    yield from first_of(all_rows(layer, Shape(layer.info, source.options, reading), reading), limit, reading)


def all_rows(layer: "Layer", shape: Shape, reading: Reading) -> Iterator[Row]:
    position = 0
    walk = Walk(layer, shape.oid, reading)
    for page, features in walk.pages_of():
        move, is_unknown = shape.move(page.get("spatialReference"))
        for feature in features:
            position += 1
            yield shape.row(position, feature, move, is_unknown)


class Layer:
    """One layer at its server, with the filter of the source."""

    def __init__(self, source: Source, client: Client) -> None:
        path, _ = split_query(source.address)
        match = SERVICE.fullmatch(path)
        if not match:
            raise PortalError("bad-option", "The address leads to no FeatureServer or MapServer.")
        self.client = client
        number = source.options.get("layer", match["layer"])
        self.address = f"{match['service']}/{only_layer(match['service'], client) if number is None else number}"
        self.where = str(source.options.get("where") or "1=1")
        self.info = ask(client, self.address)
        if not isinstance(self.info.get("fields"), list):
            raise PortalError("portal-error", f"{shown(self.address)} does not describe a layer with fields.")
        most = number_of(self.info.get("maxRecordCount")) or PAGE
        self.size = min(most, whole_option(source.options, "page_size", most))

    @property
    def can_page(self) -> bool:
        advanced = self.info.get("advancedQueryCapabilities")
        stated = advanced if isinstance(advanced, dict) else self.info
        return stated.get("supportsPagination") is True

    def query(self, **parameters: Any) -> Json:
        return ask(self.client, f"{self.address}/query", {"where": self.where} | parameters)

    def features(self, **parameters: Any) -> Json:
        """A page of features. Raises PortalError (portal-error)."""
        page = self.query(outFields="*", outSR=4326, returnGeometry="true", **parameters)
        if not isinstance(page.get("features"), list):
            raise PortalError("portal-error", f"{shown(self.address)} gives a page without a list of features.")
        return page

    def count(self) -> int | None:
        """How many there are within the filter; None from servers that cannot say."""
        try:
            return number_of(self.query(returnCountOnly="true").get("count"))
        except PortalError as error:
            if error.code != "portal-error":
                raise
            return None

    def ids(self) -> list[int]:
        """The numbers of all features within the filter, in order. Raises PortalError (portal-error)."""
        found = self.query(returnIdsOnly="true").get("objectIds")
        if found is None:
            return []
        if not isinstance(found, list) or not all(type(id_) is int for id_ in found):
            raise PortalError("portal-error", f"{shown(self.address)} does not list the ids of its features.")
        return sorted(set(found))


def only_layer(service: str, client: Client) -> int:
    found = list(layers_of(ask(client, service)))
    if len(found) == 1:
        return int(found[0]["id"])
    names = ", ".join(f"{layer['id']} ({words(layer.get('name'))})" for layer in found[:20]) or "none at all"
    raise PortalError("bad-option", f"The option `layer` is to be one of: {names}.")


class Walk:
    """The features of one layer, page after page."""

    def __init__(self, layer: Layer, oid: str, reading: Reading) -> None:
        self.layer, self.oid, self.reading = layer, oid, reading
        self.pages = Pages(reading)

    def pages_of(self) -> Iterator[tuple[Json, list[Any]]]:
        """Each page with those of its features that did not come before. Raises PortalError."""
        ways: Callable[[], Iterator[Json]] = self.paged if self.layer.can_page or not self.oid else self.by_ids
        try:
            yield from self.fresh(ways())
        except PortalError as error:
            if error.code != "portal-error" or self.pages.came or ways == self.by_ids or not self.oid:
                raise
            yield from self.fresh(self.by_ids())

    def fresh(self, pages: Iterator[Json]) -> Iterator[tuple[Json, list[Any]]]:
        for page in pages:
            features = page["features"]
            yield page, self.pages.fresh(features, [self.number(feature) for feature in features])

    def number(self, feature: Any) -> object:
        attributes = feature.get("attributes") if isinstance(feature, dict) else None
        return attributes.get(self.oid) if isinstance(attributes, dict) else None

    def paged(self) -> Iterator[Json]:
        """By offset, which advances by what came."""
        order = {"orderByFields": self.oid} if self.oid else {}
        while True:
            window = {"resultOffset": self.pages.came, "resultRecordCount": self.layer.size}
            page = self.layer.features(**window, **order)
            length = len(page["features"])
            more = page.get("exceededTransferLimit")
            if not length:
                if more:
                    self.reading.stop("The portal says that there are more records, and gives none.")
                return
            yield page
            if not (more or self.pages.missing or (more is None and length >= self.layer.size)):
                return

    def by_ids(self) -> Iterator[Json]:
        """All ids first, then ranges of them: for servers that cannot page."""
        ids = self.layer.ids()
        self.pages.announce(len(ids))
        for start in range(0, len(ids), self.layer.size):
            yield from self.between(ids[start : start + self.layer.size])

    def between(self, ids: list[int]) -> Iterator[Json]:
        """The features of a range of ids; in two halves where the server gives a part only."""
        chosen = f"{self.oid} >= {ids[0]} AND {self.oid} <= {ids[-1]}"
        where = chosen if self.layer.where == "1=1" else f"({self.layer.where}) AND {chosen}"
        page = self.layer.features(where=where)
        if page.get("exceededTransferLimit") and len(page["features"]) < len(ids) and len(ids) > 1:
            middle = len(ids) // 2
            yield from self.between(ids[:middle])
            yield from self.between(ids[middle:])
        else:
            yield page


def ask(client: Client, url: str, parameters: Json | None = None) -> Json:
    """An object of the API. Raises PortalError, also for the errors that come with status 200."""
    found = client.get_json(url, {"f": "json"} | (parameters or {}))
    if not isinstance(found, dict):
        raise PortalError("portal-error", f"{shown(url)} does not answer as ArcGIS does.")
    if "error" in found:
        raise PortalError("portal-error", f"{shown(url)} refused: {said(found['error'])}.")
    return found


def said(error: Any) -> str:
    if not isinstance(error, dict):
        return words(error) or "no reason given"
    details = error.get("details")
    reasons = [error.get("message"), *(details if isinstance(details, list) else [details])]
    text = "; ".join(dict.fromkeys(part for part in map(words, reasons) if part)) or "no reason given"
    return f"{text.rstrip('.')} (error {words(error.get('code'))})"


def layers_of(service: Json) -> Iterator[Json]:
    """The layers and tables of a service that hold features, groups of layers left aside."""
    for layer in listed(service.get("layers")) + listed(service.get("tables")):
        if type(layer.get("id")) is int and not layer.get("subLayerIds") and "Raster" not in str(layer.get("type")):
            yield layer


def probe(address: str, client: Client) -> Portal | None:
    """The layer, service or server that an address belongs to, as far as its own words say that it is one."""
    path, _ = split_query(address)
    match, folder = SERVICE.fullmatch(path), FOLDER.fullmatch(path)
    if match:
        found = json_if_any(client, match["service"], {"f": "json"}) or {}
        options: Json = {"layer": int(match["layer"])} if match["layer"] else {}
        named = next((layer for layer in layers_of(found) if layer["id"] == options.get("layer")), found)
        title = words(named.get("name")) or words(found.get("mapName")) or words(found.get("serviceDescription"))
        is_one, base = isinstance(found.get("layers"), list), match["service"]
    else:
        base = (
            path.rstrip("/") if folder else re.sub(r"(/arcgis|/server)?(/rest)?/*$", r"\1/rest/services", path, count=1)
        )
        found = json_if_any(client, base, {"f": "json"}) or {}
        options, title, is_one = {}, "", isinstance(found.get("services"), list)
    if not is_one:
        return None
    confidence = 1.0 if "currentVersion" in found else 0.8
    return Portal("arcgis", base, options, title, confidence, "it answers f=json as ArcGIS servers do")


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The layers of a layer's service, of a service, or of all services of a server or of one of its folders."""
    path, _ = split_query(address)
    match = SERVICE.fullmatch(path)
    services = iter([match["service"]]) if match else services_of(path.rstrip("/"), client)
    found = (dataset for service in services for dataset in layers_listed(service, client))
    yield from islice(found, DATASETS_MAX)


def services_of(address: str, client: Client) -> Iterator[str]:
    """The services with features of a server, folder by folder; of a map that is also served as features, those."""
    folder = FOLDER.fullmatch(address)
    root = folder["root"] if folder else address
    waiting, seen = [address], set[str]()
    while waiting and len(seen) < FOLDERS_MAX:
        here = waiting.pop(0)
        if here in seen:
            continue
        seen.add(here)
        found = json_if_any(client, here, {"f": "json"}) or {}
        names = found.get("folders")
        waiting += (
            [f"{root}/{quote(name)}" for name in names if isinstance(name, str)] if isinstance(names, list) else []
        )
        kinds = {(str(service.get("name")), service.get("type")) for service in listed(found.get("services"))}
        for name, kind in sorted(kinds, key=str):
            if kind == "FeatureServer" or (kind == "MapServer" and (name, "FeatureServer") not in kinds):
                yield f"{root}/{quote(name)}/{kind}"


def layers_listed(service: str, client: Client) -> Iterator[Dataset]:
    """The layers of one service; none when it refuses to be read."""
    found = json_if_any(client, service, {"f": "json"}) or {}
    info = found.get("documentInfo") if isinstance(found.get("documentInfo"), dict) else {}
    description = words(found.get("description"), DESCRIPTION_MAX) or words(
        found.get("serviceDescription"), DESCRIPTION_MAX
    )
    for layer in layers_of(found):
        address = f"{service}/{layer['id']}"
        yield Dataset(
            id=address.partition("/rest/services/")[2] or address,
            title=words(layer.get("name")) or address,
            protocol="arcgis",
            address=address,
            description=description,
            keywords=keywords(info.get("Keywords")) if info else (),
            publisher=words(info.get("Author")) if info else "",
            licence=words(found.get("copyrightText")),
            page=address,
            formats=("esrijson",),
        )
