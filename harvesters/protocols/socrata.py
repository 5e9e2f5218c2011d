"""Socrata (SODA 2.0 and 2.1): one dataset of a portal.

`address`: the portal's (`https://data.seattle.gov`), or that of the dataset's page or file. Options:

- `dataset`: its id of eight letters and digits (`2z5v-ecg8`); needed unless the address names it;
- `where`, `q`: only some of the records, as the API takes them;
- `geometry`: the column to take the place from; else the first of a type with places, in the order of the columns;
- `key_env`: the environment variable that holds an app token; without one all callers share a small pool;
- `limit`: only the first so many, to have a look;
- `page_size`: how many to ask for at once (10,000 unless said; SODA 2.0 allows 50,000, its default is 1,000).

Quirks, from Socrata's documentation: pages overlap without `$order=:id`; numbers come as text; dates have no zone;
a `location` is an object with texts, its `human_address` JSON within JSON; some datasets refuse the system columns
(`:*`). Numbers stay the text they came as.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.features import MALFORMED, moved
from harvesters.formats.json_records import kind_of
from harvesters.http import Client, shown
from harvesters.http.keys import key_header
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import json_if_any, split_query
from harvesters.portals.paging import Pages, first_of, number_of, whole_option
from harvesters.portals.words import DESCRIPTION_MAX, keywords, listed, words
from harvesters.reading import Reading, Row
from portal.models import Source

ID = r"[0-9a-z]{4}-[0-9a-z]{4}"
ADDRESS = re.compile(rf"(?P<portal>https?://[^/?#]+)(?:/(?:[^?#]*/)?(?P<id>{ID})(?:[./][^?#]*)?)?(?:/[^?#]*)?")
PLACE_TYPES = {"point", "location", "multipoint", "line", "multiline", "polygon", "multipolygon", "geospatial"}
PAGE = 10_000
CATALOGUE_PAGE = 100
CATALOGUE_WINDOW = 10_000
Json = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    dataset = Resource(source, client)
    limit = whole_option(source.options, "limit", 0)
    size = whole_option(source.options, "page_size", PAGE)
    shape = Shape(dataset.description(), source.options)
    reading.announced = dataset.count()
    records = all_records(dataset, min(limit or size, size), reading)
    yield from first_of((shape.row(*numbered) for numbered in enumerate(records, start=1)), limit, reading)


class Resource:
    """One dataset at its portal, with the filters and the key of the source."""

    def __init__(self, source: Source, client: Client) -> None:
        portal, named = parts_of(source.address)
        self.name = str(source.options.get("dataset") or named)
        if not portal or not re.fullmatch(ID, self.name):
            raise PortalError("bad-option", "Neither the address nor the options name a dataset (like 2z5v-ecg8).")
        self.client, self.portal = client, portal
        self.address = f"{portal}/resource/{self.name}.json"
        self.headers = key_header(source.options, "X-App-Token")
        self.filters = {f"${name}": str(source.options[name]) for name in ("where", "q") if source.options.get(name)}
        self.columns = ":*,*"

    def description(self) -> Json:
        """What the portal says of the dataset's columns; nothing where it does not say."""
        try:
            found = self.client.get_json(f"{self.portal}/api/views/{self.name}.json", headers=self.headers)
        except PortalError as error:
            if error.code not in ("http-status", "not-json", "html-instead", "empty"):
                raise
            return {}
        return found if isinstance(found, dict) else {}

    def count(self) -> int | None:
        """How many records there are within the filters; None when the portal's answer makes no sense."""
        found = self.ask({"$select": "count(*)"})
        return number_of(next(iter(found[0].values()), None)) if found and isinstance(found[0], dict) else None

    def page(self, offset: int, limit: int) -> list[Any]:
        """Records in the order of their ids; without the system columns where those are refused."""
        window = {"$order": ":id", "$limit": limit, "$offset": offset}
        try:
            return self.ask({"$select": self.columns} | window)
        except PortalError as error:
            if " answered 400" not in error.what or self.columns == "*":
                raise
        self.columns = "*"
        return self.ask({"$select": self.columns} | window)

    def ask(self, parameters: Json) -> list[Any]:
        found = self.client.get_json(self.address, parameters | self.filters, headers=self.headers)
        if not isinstance(found, list):
            raise PortalError("portal-error", f"{shown(self.address)} does not answer with a list of records.")
        return found


def parts_of(address: str) -> tuple[str, str]:
    """The portal of an address, and the id of the dataset that it names; "" for what it does not."""
    match = ADDRESS.fullmatch(split_query(address)[0])
    return (match["portal"], (match["id"] or "").lower()) if match else ("", "")


def all_records(dataset: Resource, size: int, reading: Reading) -> Iterator[Any]:
    """Every record, page by page. Raises PortalError (repeated-page, portal-error...)."""
    pages = Pages(reading)
    while True:
        records = dataset.page(pages.came, size)
        if not records:
            return
        yield from pages.fresh(records, [record_id(record) for record in records])
        # A page shorter than asked for is the end only where that agrees with the count: portals cap silently.
        if not pages.missing and (reading.announced is not None or len(records) < size):
            return


def record_id(record: Any) -> object:
    return record.get(":id") if isinstance(record, dict) else None


class Shape:
    """How the records of one dataset become rows, by the portal's description of its columns."""

    def __init__(self, description: Json, options: Mapping[str, Any]) -> None:
        columns = [column for column in listed(description.get("columns")) if isinstance(column.get("fieldName"), str)]
        named = [column["fieldName"] for column in columns if str(column.get("dataTypeName")).lower() in PLACE_TYPES]
        self.places = [str(options["geometry"])] if options.get("geometry") else named
        self.about = about(description)

    def row(self, position: int, record: Any) -> Row:
        if not isinstance(record, dict):
            return Row(position, {}, problem=f"It is not an object with names and values but {kind_of(record)}.")
        data = {name: with_address(value) for name, value in record.items()}
        if record.get(":id") is not None:
            data["_id"] = record[":id"]
        places = self.places or [name for name, value in record.items() if isinstance(value, dict)]
        geometry = next(filter(None, (geometry_of(record.get(name)) for name in places)), None)
        return Row(position, data | self.about, geometry)


def about(description: Json) -> Json:
    licence = description.get("license")
    return {
        "_dataset_title": words(description.get("name")) or None,
        "_dataset_licence": words(licence.get("name") if isinstance(licence, dict) else licence) or None,
        "_dataset_modified": modified(description),
    }


def modified(description: Json) -> str | None:
    """When the records were last changed, in ISO 8601; the portal gives seconds since 1970."""
    seconds = number_of(description.get("rowsUpdatedAt"))
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds else None


def with_address(value: Any) -> Any:
    """A location with its address as an object, not as JSON within JSON; anything else as it came."""
    if not isinstance(value, dict) or not isinstance(value.get("human_address"), str):
        return value
    try:
        parsed = json.loads(value["human_address"])
    except (ValueError, RecursionError):
        return value
    return value | {"human_address": parsed} if is_flat(parsed) else value


def is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, str) for inner in value.values())


def geometry_of(value: Any) -> Json | None:
    """The geometry of a GeoJSON column or of a location with latitude and longitude; None for anything else."""
    if not isinstance(value, dict):
        return None
    try:
        if "latitude" in value and "longitude" in value:
            position = [float(value["longitude"]), float(value["latitude"])]
            value = {"type": "Point", "coordinates": position}
        return moved(value, None) if "type" in value else None
    except MALFORMED:
        return None


def probe(address: str, client: Client) -> Portal | None:
    """The portal of an address, its dataset chosen when the address names one."""
    portal, named = parts_of(address)
    if not portal:
        return None
    if named:
        found = json_if_any(client, f"{portal}/api/views/{named}.json") or {}
        if found.get("id") == named and isinstance(found.get("columns"), list):
            title, evidence = words(found.get("name")), "it describes the dataset as Socrata does (/api/views)"
            return Portal("socrata", portal, {"dataset": named}, title, 1.0, evidence)
    found = json_if_any(client, f"{portal}/api/catalog/v1", {"limit": 1, "domains": host_of(portal)}) or {}
    if isinstance(found.get("results"), list) and number_of(found.get("resultSetSize")) is not None:
        return Portal("socrata", portal, {}, "", 1.0, "it has Socrata's catalogue (/api/catalog/v1)")
    return None


def host_of(portal: str) -> str:
    return portal.partition("://")[2].partition(":")[0]


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The datasets of a portal, by its own catalogue, which shows the first 10,000."""
    portal, _ = parts_of(address)
    offset, seen = 0, set[str]()
    while offset < CATALOGUE_WINDOW:
        results, total = catalogue_page(portal, offset, client)
        fresh = [dataset for dataset in (listing(portal, result) for result in results) if dataset]
        yield from (dataset for dataset in fresh if dataset.id not in seen)
        seen.update(dataset.id for dataset in fresh)
        offset += len(results)
        if not results or (total is not None and offset >= total):
            return


def catalogue_page(portal: str, offset: int, client: Client) -> tuple[list[Json], int | None]:
    """Datasets of a portal from `offset` on, and how many there are. Raises PortalError."""
    window = {"limit": CATALOGUE_PAGE, "offset": offset, "order": "dataset_id"}
    page = client.get_json(f"{portal}/api/catalog/v1", {"domains": host_of(portal), "only": "dataset"} | window)
    if not isinstance(page, dict):
        raise PortalError("portal-error", f"{portal} does not list its datasets as Socrata does.")
    return listed(page.get("results")), number_of(page.get("resultSetSize"))


def listing(portal: str, result: Json) -> Dataset | None:
    """What the catalogue says of one dataset; None for what is none (a chart, a link, a story)."""
    resource, classes, meta = (part_of(result, name) for name in ("resource", "classification", "metadata"))
    id_ = resource.get("id")
    if not isinstance(id_, str) or not re.fullmatch(ID, id_) or resource.get("type", "dataset") != "dataset":
        return None
    return Dataset(
        id=id_,
        title=words(resource.get("name")) or id_,
        protocol="socrata",
        address=home_of(portal, words(meta.get("domain"))),
        options={"dataset": id_},
        description=words(resource.get("description"), DESCRIPTION_MAX),
        keywords=keywords(classes.get("domain_tags")) + keywords(classes.get("tags")),
        publisher=words(resource.get("attribution")),
        licence=words(meta.get("license")),
        page=words(result.get("permalink") or result.get("link"), 1_000),
        modified=words(resource.get("updatedAt")),
        formats=("json", "csv"),
    )


def home_of(portal: str, domain: str) -> str:
    """Where a dataset is read: portals also list those of others."""
    return portal if domain in ("", host_of(portal)) else f"https://{domain}"


def part_of(result: Json, name: str) -> Json:
    part = result.get(name)
    return part if isinstance(part, dict) else {}
