"""A portal on the loopback that speaks seven dialects, well or as badly as one mode says."""

import csv
import io
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from harvesters.http import Client, Limits
from portal.models import Source
from tests.factories import make_source
from tests.harvesters.hostile.mode import Mode, Page, Place, Record
from tests.harvesters.rude import Behaviour, RudeServer, says

IMPATIENT = Limits(
    read_s=0.6, total_s=1.2, bulk_s=1.2, raw_bytes=3_000_000, unpacked_bytes=12_000_000, tries=2, backoff_s=0.001,
    pause_s=0,
)  # fmt: skip
NAMES = ["Café", "Jardin", "Atelier", "Bibliothèque", "École", "Fournil", "Garage"]
RECORDS: list[Record] = [
    {
        "id": f"r-{number}", "titre": f"{name} n° {number}", "texte": f"Ouvert à tous, chaque été. {name}.",
        "debut": f"2026-0{number}-15", "fin": f"2026-0{number}-20", "lon": 3.9 + number / 100, "lat": 50.45,
        "site": f"https://mons.example/{number}", "mots": "vélo;fête", "votes": number, "budget": "1 250,50",
    }
    for number, name in enumerate(NAMES, start=1)
]  # fmt: skip
MAPPING = {
    "id": "id", "title": "titre", "description": "texte", "starts": "debut", "ends": "fin", "website": "site",
    "skills": {"column": "mots", "split": ";"}, "votes": "votes", "budget": "budget", "currency": {"value": "EUR"},
}  # fmt: skip
POINT = {"lat": "lat", "lon": "lon"}
PAGE = 3
DATASET = "/api/explore/v2.1/catalog/datasets/lieux"
COLLECTION = "/collections/lieux"
SOURCES: dict[str, dict[str, Any]] = {
    "csv": {"protocol": "file", "address": "/data.csv", "mapping": MAPPING | POINT},
    "json": {"protocol": "file", "address": "/data.json", "mapping": MAPPING | POINT},
    "geojson": {"protocol": "file", "address": "/data.geojson", "mapping": MAPPING},
    "export": {"protocol": "opendatasoft", "options": {"dataset": "lieux"}, "mapping": MAPPING | POINT},
    "records": {
        "protocol": "opendatasoft", "options": {"dataset": "lieux", "via": "records"}, "mapping": MAPPING | POINT,
    },
    "ckan": {"protocol": "ckan", "options": {"query": "*:*"}, "mapping": MAPPING | POINT},
    "ogcapi": {
        "protocol": "ogcapi", "address": COLLECTION, "options": {"page_size": PAGE}, "mapping": MAPPING,
    },
}  # fmt: skip


class HostilePortal(RudeServer):
    """`mode` None: it behaves. `canary`: the address of a machine inside that nobody may call."""

    def __init__(self, kind: str, canary: str) -> None:
        super().__init__({})
        self.kind, self.canary = kind, canary
        self.mode: Mode | None = None
        # Opendatasoft's pages are of a hundred: to have three of them takes more records.
        self.records = RECORDS if kind != "records" else many(RECORDS, 230)

    def source(self) -> Source:
        given = SOURCES[self.kind]
        return make_source(
            **given | {"address": self.url + str(given.get("address", "")), "timezone": "Europe/Brussels"}
        )

    def client(self) -> Client:
        return Client("https://mons.example", [self.host], IMPATIENT)

    def behaviour(self, path: str, query: str) -> Behaviour:
        place = Place(self.url, self.canary, path, len(self.asked[path]), dict(parse_qsl(unquote(query))))
        said, is_data = DIALECTS[self.kind](self, place)
        if said is None:
            return says(b"not here", status="404 Not Found")
        mode = self.mode
        if mode is None or not (is_data or mode.everywhere):
            return says(said)
        said = mode.body(said, place) if mode.body else said
        return mode.wire(said, place) if mode.wire else says(said, *mode.headers)

    def told(self) -> list[Record]:
        if self.mode and self.mode.records:
            return self.mode.records(self.records)
        return self.records

    def page(self, items: list[Any], place: Place, size: int, offset_name: str, limit_name: str) -> Page:
        offset, limit = (whole(place.parameters.get(name)) for name in (offset_name, limit_name))
        limit = min(limit or size, size)
        page = Page(items[offset : offset + limit], len(items), offset, limit)
        if offset + limit < len(items):
            page = replace(page, next=f"{self.url}{place.path}?{urlencode({'offset': offset + limit, 'limit': limit})}")
        return self.mode.page(page, place) if self.mode and self.mode.page else page


def many(records: list[Record], count: int) -> list[Record]:
    return [
        records[number % len(records)] | {"id": f"r-{number}", "titre": f"Lieu {number}", "lon": 3.9 + number / 10_000}
        for number in range(1, count + 1)
    ]


def whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def as_csv(records: list[Record]) -> bytes:
    target = io.StringIO()
    names = list(dict.fromkeys(name for record in records for name in record))
    writer = csv.DictWriter(target, names, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return target.getvalue().encode("utf-8", "surrogatepass")


def feature(record: Record) -> dict[str, Any]:
    properties = {name: value for name, value in record.items() if name not in ("lon", "lat", "geometry")}
    point = {"type": "Point", "coordinates": [record.get("lon"), record.get("lat")]}
    return {"type": "Feature", "properties": properties, "geometry": record.get("geometry", point)}


def collection(records: list[Record], **more: Any) -> bytes:
    return as_json(more | {"type": "FeatureCollection", "features": [feature(record) for record in records]})


Said = tuple[bytes | None, bool]


def csv_file(portal: HostilePortal, place: Place) -> Said:
    return (as_csv(portal.told()), True) if place.path == "/data.csv" else (None, False)


def json_file(portal: HostilePortal, place: Place) -> Said:
    return (as_json(portal.told()), True) if place.path == "/data.json" else (None, False)


def geojson_file(portal: HostilePortal, place: Place) -> Said:
    return (collection(portal.told()), True) if place.path == "/data.geojson" else (None, False)


def opendatasoft(portal: HostilePortal, place: Place) -> Said:
    if place.path == DATASET:
        fields = [{"name": name, "label": name, "type": "text"} for name in RECORDS[0]]
        return as_json({"dataset_id": "lieux", "fields": fields, "metas": {"default": {"title": "Lieux"}}}), False
    if place.path == f"{DATASET}/records":
        if place.parameters.get("limit") == "0":
            counted = portal.page(portal.told(), place, 100, "offset", "limit").total
            return as_json({"total_count": counted, "results": []}), False
        page = portal.page(portal.told(), place, 100, "offset", "limit")
        return as_json({"total_count": page.total, "results": page.items}), portal.kind == "records"
    if place.path.startswith(f"{DATASET}/exports/"):
        return "".join(json.dumps(record) + "\n" for record in portal.told()).encode(), True
    return None, False


def ckan(portal: HostilePortal, place: Place) -> Said:
    """Three datasets of one CSV each, and a portal that gives two at a time."""
    thirds = {f"/lieux-{third}.csv": portal.told()[third * 3 : third * 3 + 3] for third in range(3)}
    if place.path in thirds:
        return as_csv(thirds[place.path]), True
    if not place.path.endswith("/action/package_search"):
        return None, False
    datasets = [
        {
            "id": path,
            "name": path[1:-4],
            "title": path,
            "resources": [{"id": path, "url": portal.url + path, "format": "CSV"}],
        }
        for path in thirds
    ]
    page = portal.page(datasets, place, 2, "start", "rows")
    return as_json({"success": True, "result": {"count": page.total, "results": page.items}}), bool(
        portal.mode and portal.mode.page
    )


def ogcapi(portal: HostilePortal, place: Place) -> Said:
    if place.path == COLLECTION:
        return as_json({"id": "lieux", "title": "Lieux", "itemType": "feature", "links": []}), False
    if place.path != f"{COLLECTION}/items":
        return None, False
    page = portal.page(portal.told(), place, PAGE, "offset", "limit")
    links = [{"rel": "next", "type": "application/geo+json", "href": page.next}] if page.next else []
    more = {"numberMatched": page.total, "links": links}
    if isinstance(page.items, list):
        return collection(page.items, numberReturned=len(page.items), **more), True
    return as_json(more | {"type": "FeatureCollection", "features": page.items}), True


DIALECTS = {
    "csv": csv_file, "json": json_file, "geojson": geojson_file, "export": opendatasoft, "records": opendatasoft,
    "ckan": ckan, "ogcapi": ogcapi,
}  # fmt: skip
