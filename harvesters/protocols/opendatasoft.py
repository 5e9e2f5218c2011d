"""Opendatasoft: Explore API v2.1, and the older v2 and v1 where only those answer.

`address`: the portal's (`https://opendata.paris.fr`), or that of a dataset's page. Options:

- `dataset`: its id (`bp_projets_gagnants`); needed unless the address names it;
- `where`, `refine`, `select`, `order_by`: as the API takes them (v1 takes `where` for its `q`);
- `via`: `export` (all records in one file; the default) or `records` (page by page, at most 10,000);
- `limit`: only the first so many, to have a look;
- `labels`: true to name values by the labels of the fields, as people see them, not by their technical names;
- `geometry`: the field to take the place from; else the first of type geo_shape, then of geo_point_2d;
- `version`: `2.1`, `2` or `1`; else the first that describes the dataset.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harvesters.catalogues.opendatasoft import (
    OTHERWISE,
    VERSIONS,
    WINDOW,
    Api,
    catalogue_pages,
    dataset_told,
    portal_of,
)
from harvesters.errors import PortalError
from harvesters.formats import read_answer
from harvesters.formats.features import MALFORMED, moved
from harvesters.formats.json_records import kind_of
from harvesters.http import Client
from harvesters.portals import Dataset as Told
from harvesters.portals import Portal
from harvesters.portals.asking import tried
from harvesters.portals.walk import with_root
from harvesters.reading import Reading, Row
from portal.models import Source

PAGE = 100
COUNT_MAX = 2**31 - 1
# Names of columns that may tell records apart: `id`, `_id`, `projet_id`, `identifiant du lieu`, `recordId`.
ID_NAME = re.compile(r"(?i:(?:^|[\W_])(?:id|uid|uuid|recordid|objectid|identifiant|identifier)(?:$|[\W_]))|[a-z]Id$")
PLACE_TYPES = ("geo_shape", "geo_point_2d")
Record = dict[str, Any]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    fetch = WAYS.get(str(source.options.get("via") or "export"))
    if fetch is None:
        raise PortalError("bad-option", f"The option `via` is one of: {', '.join(WAYS)}.")
    dataset = Dataset(source, client)
    shape = Shape(dataset.api.description, source.options)
    total = dataset.total()
    wanted = dataset.limit or total
    if total is not None:
        reading.announced = wanted = min(wanted or total, total)
    if wanted != total:
        reading.stop(f"Only the first {wanted} of {'all' if total is None else total} records were asked for.")
    for row in fetch(dataset, wanted, reading) if wanted != 0 else ():
        yield row if row.problem else shape.row(row)


def datasets(address: str, client: Client) -> Iterator[Told]:
    """Every dataset of the portal, in the order of their ids (at most 10,000). Raises PortalError."""
    portal, _ = portal_of(address)
    seen: set[str] = set()
    for told in found_pages(client, portal):
        dataset = dataset_told(told, portal)
        if dataset and dataset.id not in seen:
            seen.add(dataset.id)
            yield dataset


def found_pages(client: Client, portal: str) -> Iterator[Record]:
    """The catalogue in the first version that lists it. Raises PortalError (that of the newest; repeated-page)."""
    refusal: PortalError | None = None
    for version in VERSIONS:
        marks: set[str] = set()
        try:
            for page in catalogue_pages(client, portal, version):
                mark = json.dumps([told.get("dataset_id") for told in page])
                if mark in marks:
                    raise PortalError("repeated-page", f"{portal} gave the same page of datasets twice.")
                marks.add(mark)
                yield from page
            return
        except PortalError as error:
            if marks or error.code not in OTHERWISE:
                raise
            refusal = refusal or error
    raise refusal or PortalError("portal-error", f"{portal} lists no datasets.")


def probe(address: str, client: Client) -> Portal | None:
    """The portal that stands at an address, or on whose pages the address is. At most three requests."""
    portal, dataset = portal_of(address)
    options = {"dataset": dataset} if dataset else {}
    places = with_root(portal)
    # Of a page of unknown kind, the newest API is tried both there and at the root.
    tries = [(place, VERSIONS[0]) for place in places] + [(places[-1], version) for version in VERSIONS[1:]]
    for place, version in tries[:3]:
        asked = version.parameters({"limit": 1})
        page = tried(lambda url=place + version.datasets, asked=asked: client.get_json(url, asked))  # type: ignore[misc]
        if isinstance(page, dict) and type(page.get(version.total)) is int and isinstance(version.listed(page), list):
            return Portal("opendatasoft", place, options, "", 1.0, f"its API v{version.name} answers")
    return None


class Dataset:
    """One dataset at its portal, with the filters of the source."""

    def __init__(self, source: Source, client: Client) -> None:
        portal, named = portal_of(source.address)
        name = source.options.get("dataset") or named
        if not name:
            raise PortalError("bad-option", "Neither the address nor the options of the source name the dataset.")
        self.limit = source.options.get("limit") or 0
        if not isinstance(self.limit, int) or self.limit < 0:
            raise PortalError("bad-option", f"The option `limit` is a number of records, not “{self.limit}”.")
        self.client = client
        self.api = Api(client, portal, str(name), source.options)
        self.address = self.api.address

    def total(self) -> int | None:
        """How many records there are within the filters; None when the portal's count makes no sense."""
        return total_of(self.page(0, 0), self.address)

    def page(self, offset: int, limit: int) -> Any:
        return self.api.page(offset, limit)


def total_of(page: Any, address: str) -> int | None:
    total = page.get("total_count") if isinstance(page, dict) else None
    if not isinstance(total, int):
        raise PortalError("portal-error", f"{address} does not say how many records it has.")
    return total if total is not True and 0 <= total <= COUNT_MAX else None


def exported(dataset: Dataset, wanted: int | None, reading: Reading) -> Iterator[Row]:
    """Everything in one answer, whole or not; in the next form where a portal does not know the first."""
    version, api = dataset.api.version, dataset.api
    asked = version.parameters(api.asked | {"limit": wanted if dataset.limit else -1})
    for path, form in version.exports:
        try:
            answer = dataset.client.get(api.url(path), asked, keep_broken=True, is_bulk=True)
        except PortalError as error:
            if error.code != "http-status" or (path, form) == version.exports[-1]:
                raise
            continue
        for row in read_answer(answer, {"format": form}, reading):
            yield row if row.problem else Row(row.position, version.record(row.data), row.geometry)
        return


def paged(dataset: Dataset, wanted: int | None, reading: Reading) -> Iterator[Row]:
    """Page by page, as far as the API lets us. Raises PortalError (repeated-page, portal-error)."""
    bound = WINDOW if wanted is None else min(wanted, WINDOW)
    position, seen = 0, set()
    while position < bound:
        records = records_of(dataset.page(position, min(PAGE, bound - position)), dataset.address)
        if not records:
            return
        mark = page_mark(records)
        if mark in seen:
            raise PortalError("repeated-page", f"The portal gave the same page twice, at record {position + 1}.")
        seen.add(mark)
        for record in records:
            position += 1
            yield row_of(position, record)
    if wanted is None or wanted > WINDOW:
        reading.stop(f"Page by page the portal gives {WINDOW} records at most: read it by export.")


def records_of(page: Any, address: str) -> list[Any]:
    records = page.get("results") if isinstance(page, dict) else None
    if not isinstance(records, list):
        raise PortalError("portal-error", f"{address} gives a page without a list of records.")
    return records


def row_of(position: int, record: Any) -> Row:
    if isinstance(record, dict):
        return Row(position, record)
    return Row(position, {}, problem=f"It is not an object with names and values but {kind_of(record)}.")


def page_mark(records: list[Any]) -> str:
    """What a page is known by: its records' ids where they tell each of them apart, else the whole of it."""
    ids = [
        {name: value for name, value in record.items() if ID_NAME.search(name)} if isinstance(record, dict) else {}
        for record in records
    ]
    marks = {json.dumps(of_record, sort_keys=True) for of_record in ids}
    return json.dumps(ids if len(marks) == len(records) and all(ids) else records, sort_keys=True)


WAYS: dict[str, Callable[[Dataset, int | None, Reading], Iterator[Row]]] = {"export": exported, "records": paged}


class Shape:
    """How the values of a record are named and where its place is, by the description of its dataset."""

    def __init__(self, description: Record, options: Mapping[str, Any]) -> None:
        fields = fields_of(description)
        self.provenance = provenance(description)
        self.labels = labels(fields) if options.get("labels") else {}
        self.places = [str(options["geometry"])] if options.get("geometry") else place_fields(fields)

    def row(self, row: Row) -> Row:
        geometry = next(filter(None, (geometry_of(row.data.get(name)) for name in self.places)), None)
        geometry = geometry or geometry_of(row.data.get("_geometry"))
        data = {self.labels.get(name, name): value for name, value in row.data.items() if name != "_geometry"}
        return Row(row.position, data | self.provenance, geometry)


def fields_of(description: Record) -> list[Record]:
    """The fields that have a name, of whatever the portal says."""
    listed = description["fields"] if isinstance(description["fields"], list) else []
    return [field for field in listed if isinstance(field, dict) and isinstance(field.get("name"), str)]


def labels(fields: list[Record]) -> dict[str, str]:
    """The label of each technical name; a label that two fields share names neither."""
    named = {field["name"]: " ".join(str(field.get("label") or "").split()) for field in fields}
    once = list(named.values())
    return {name: label for name, label in named.items() if label and once.count(label) == 1}


def place_fields(fields: list[Record]) -> list[str]:
    by_type = {kind: [field["name"] for field in fields if field.get("type") == kind] for kind in PLACE_TYPES}
    return [name for kind in PLACE_TYPES for name in by_type[kind]]


def provenance(description: Record) -> Record:
    metas = description.get("metas")
    default = metas.get("default") if isinstance(metas, dict) else None
    default = default if isinstance(default, dict) else {}
    return {
        "_dataset_id": description.get("dataset_id"),
        "_dataset_title": default.get("title"),
        "_dataset_licence": default.get("license"),
        "_dataset_modified": default.get("modified"),
    }


def geometry_of(value: Any) -> Record | None:
    """The geometry of a geo_shape (a GeoJSON feature) or a geo_point_2d ({lon, lat}); None for anything else."""
    if not isinstance(value, dict):
        return None
    if "lon" in value and "lat" in value:
        value = {"type": "Point", "coordinates": [value["lon"], value["lat"]]}
    shape = value.get("geometry") if value.get("type") == "Feature" else value
    try:
        return moved(shape, None) if isinstance(shape, dict) else None
    except MALFORMED:
        return None
