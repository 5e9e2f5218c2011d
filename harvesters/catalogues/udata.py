"""Datasets as udata tells of them: by id, by search over pages, with files that API 2 gives on pages of their own."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harvesters.catalogues.entry import Entry, Resource, objects_of, text_of, texts_of
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.http.session import shown
from harvesters.portals import DATASETS_MAX
from harvesters.portals.walk import Walk
from harvesters.reading import Reading

PAGE = 100
WINDOW = 10_000
ID = re.compile(r"[0-9a-f]{24}")
FIELDS = (
    "data{id,slug,title,description,tags,organization{name},license,page,last_modified,deleted,"
    "resources{id,title,url,format,mime,type}},next_page,total"
)
# The licences' ids of the code and of data.gouv.fr (udata/core/dataset, licenses.json), with their names.
LICENCES = {
    "cc-by": ("Creative Commons Attribution", "https://opendefinition.org/licenses/cc-by/"),
    "cc-by-sa": ("Creative Commons Attribution Share-Alike", "https://opendefinition.org/licenses/cc-by-sa/"),
    "cc-zero": ("Creative Commons CCZero", "https://opendefinition.org/licenses/cc-zero/"),
    "fr-lo": ("Licence Ouverte / Open Licence", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    "lov2": (
        "Licence Ouverte / Open Licence version 2.0",
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
    ),
    "notspecified": ("", ""),
    "odc-by": ("Open Data Commons Attribution License", "https://opendatacommons.org/licenses/by/summary/"),
    "odc-odbl": ("Open Data Commons Open Database License (ODbL)", "https://opendatacommons.org/licenses/odbl/"),
    "odc-pddl": ("Open Data Commons Public Domain Dedication", "https://opendatacommons.org/licenses/pddl/"),
}
Told = dict[str, Any]


class Udata:
    """One portal, with the search of the source (`options`)."""

    def __init__(self, address: str, client: Client, options: Mapping[str, Any]) -> None:
        self.address = address
        self.client = client
        self.options = options
        self.version = str(options.get("api") or 1)
        if self.version not in ("1", "2"):
            raise PortalError("bad-option", "The option `api` is 1 or 2.")

    def entries(self, reading: Reading) -> Iterator[Entry]:
        """The datasets of the source, each once. Raises PortalError."""
        if name := self.options.get("dataset"):
            yield self.entry(self.one(str(name)))
            return
        seen: set[str] = set()
        for told in self.found(reading):
            if told["id"] not in seen and not told.get("deleted"):
                seen.add(told["id"])
                yield self.entry(told)

    def one(self, name: str) -> Told:
        try:
            told = self.client.get_json(f"{self.address}/api/{self.version}/datasets/{name}/")
        except PortalError as error:
            if re.search(r" answered 410\b", error.what):
                raise PortalError("no-dataset", f"The dataset {shown(name)} was deleted at its portal.") from error
            raise
        if not is_dataset(told):
            raise self.odd()
        return dict(told)

    def entry(self, told: Told) -> Entry:
        """An entry with its files, wherever they are told."""
        listed = told.get("resources")
        if isinstance(listed, dict):
            href = str(listed.get("href") or "") if listed.get("total") != 0 else ""
            told = told | {"resources": list(self.resources(href)) if href else []}
        return udata_entry(told, self.address)

    def resources(self, href: str) -> Iterator[Any]:
        walk = Walk(f"{self.address}/api/2/")
        for page in self.pages(walk, walk.next(href)):
            yield from page["data"]

    def found(self, reading: Reading) -> Iterator[Told]:
        """The datasets of all pages of the search. Raises PortalError."""
        # Sorted by their creation, new datasets come last: what is read meanwhile does not move.
        url = f"{self.address}/api/{self.version}/datasets/" + ("search/" if self.version == "2" else "")
        count, announced = 0, 0
        for page in self.pages(Walk(url), url, self.asked()):
            total = page.get("total")
            announced = max(announced, total if isinstance(total, int) else 0)
            count += len(page["data"])
            yield from (told for told in page["data"] if is_dataset(told))
            if count >= DATASETS_MAX or (self.version == "2" and count + PAGE > WINDOW):
                break
        if count < announced:
            reading.stop(f"The portal announced {announced} datasets and {count} came.")

    def pages(self, walk: Walk, url: str, asked: Told | None = None) -> Iterator[Told]:
        """Pages that follow each other by `next_page`. Raises PortalError."""
        parameters, headers = asked, {"X-Fields": FIELDS} if asked else None
        while True:
            page = self.client.get_json(url, parameters, headers=headers)
            if not isinstance(page, dict) or not isinstance(page.get("data"), list):
                raise self.odd()
            walk.page([told.get("id") for told in objects_of(page["data"])])
            yield page
            if not page.get("next_page") or not page["data"]:
                return
            url = walk.next(str(page["next_page"]))
            parameters = None

    def asked(self) -> Told:
        asked = {"page_size": PAGE, "sort": "created", "tag": self.options.get("tag"), "q": self.options.get("query")}
        if organisation := self.options.get("organization"):
            asked["organization"] = self.organisation_id(str(organisation))
        return {name: value for name, value in asked.items() if value}

    def organisation_id(self, name: str) -> str:
        """The id of an organisation: its slug is not searched for."""
        if ID.fullmatch(name):
            return name
        told = self.client.get_json(f"{self.address}/api/1/organizations/{name}/")
        if not is_dataset(told):
            raise self.odd()
        return str(told["id"])

    def odd(self) -> PortalError:
        return PortalError("portal-error", f"{self.address} answers in a form that is not udata's.")


def is_dataset(told: Any) -> bool:
    return isinstance(told, dict) and isinstance(told.get("id"), str) and bool(told["id"])


def udata_entry(told: Told, address: str) -> Entry:
    """What a dataset says."""
    slug = text_of(told.get("slug"))
    licence = text_of(told.get("license"))
    name, licence_url = LICENCES.get(licence, (licence, ""))
    organisation = told.get("organization")
    return Entry(
        id=text_of(told["id"]),
        title=text_of(told.get("title")),
        name=slug,
        description=text_of(told.get("description")),
        keywords=texts_of(told.get("tags")),
        publisher=text_of(organisation.get("name")) if isinstance(organisation, dict) else "",
        licence=name,
        licence_url=licence_url,
        page=text_of(told.get("page")) or f"{address}/datasets/{slug or text_of(told['id'])}/",
        modified=text_of(told.get("last_modified")),
        resources=tuple(udata_resource(one) for one in objects_of(told.get("resources")) if one.get("url")),
    )


def udata_resource(told: Told) -> Resource:
    return Resource(
        url=text_of(told.get("url")),
        id=text_of(told.get("id")),
        title=text_of(told.get("title")),
        format=text_of(told.get("format")),
        media_type=text_of(told.get("mime")),
        is_data=told.get("type") != "documentation",
    )
