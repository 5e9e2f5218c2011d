"""Where records truly are, by the words of the truth table, and where a proposed mapping puts them.

The true positions are read by no code of the detector or the readers where the file allows it. Degrees, EPSG:4326.
"""

import csv
import gzip
import io
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from pyproj import Geod, Transformer

from harvesters.mapping import lookup
from harvesters.mapping.record import Recorder
from harvesters.mapping.remarks import Refused
from harvesters.reading import Row
from portal.models import Source

DATA = Path(__file__).parents[2].parent / "shared" / "data"
GEOD = Geod(ellps="WGS84")
Position = tuple[float, float]


def points_of(source: Source, rows: Sequence[Row]) -> dict[int, Position]:
    """Where the mapping puts each row; of an outline, the middle of its box. Degrees, longitude first."""
    tried = Source(slug="x", kind=source.kind, timezone="UTC", options=source.options)
    fixed = {"id": {"value": "x"}, "title": {"value": "x"}}
    tried.mapping = {
        name: source.mapping[name] for name in ("lat", "lon", "point", "crs") if name in source.mapping
    } | fixed
    recorder = Recorder(tried)
    found: dict[int, Position] = {}
    for place, row in enumerate(rows):
        try:
            geometry = recorder.activity(row).geometry
        except Refused:
            continue
        if geometry is not None:
            west, south, east, north = geometry.extent
            found[place] = ((west + east) / 2, (south + north) / 2)
    return found


def true_positions(truth: dict[str, Any], rows: Sequence[Row]) -> dict[int, Position]:
    """Where each row truly is, by the table's own words. Degrees, longitude first."""
    place = truth.get("place")
    if place is None:
        return {}
    if "truth" in place:
        text = (DATA / place["truth"]).read_text("utf-8")
        return {
            number: (float(row["lon"]), float(row["lat"]))
            for number, row in enumerate(csv.DictReader(io.StringIO(text)))
        }
    if "xml" in place:
        return _from_xml(truth)
    if "geometry" in place or str(place.get("lat", "")).isdigit():
        return _from_document(truth, place["crs"])
    read: Callable[[Row], Position | None] = (
        (lambda row: _pair(row, place)) if "point" in place else (lambda row: _columns_of(row, place))
    )
    pairs = {number: pair for number, row in enumerate(rows) if (pair := read(row)) is not None}
    return {
        number: point
        for number, pair in pairs.items()
        if (point := _degrees(pair, place["crs"])) not in (None, (0.0, 0.0)) and point
    }


def _columns_of(row: Row, place: dict[str, Any]) -> Position | None:
    lon, lat = (_number(_either(row, place[name])) for name in ("lon", "lat"))
    return None if lon is None or lat is None else (lon, lat)


def _either(row: Row, name: str) -> Any:
    """A value by its name in the file; readers of a protocol may have lifted it, so its last part is tried too."""
    value = lookup(name, row.data)
    if value is None and row.geometry and row.geometry["type"] == "Point" and name.rpartition(".")[2] in "xy":
        return row.geometry["coordinates"]["xy".index(name[-1])]
    return value


def _number(value: Any) -> float | None:
    try:
        return float(str(value).strip().replace(",", "."))
    except ValueError:
        return None


def _pair(row: Row, place: dict[str, Any]) -> Position | None:
    parts = [_number(part) for part in str(lookup(place["point"], row.data) or "").strip("[] ").split(",")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return (parts[1], parts[0]) if place["order"] == "lat,lon" else (parts[0], parts[1])


def _degrees(pair: Position, crs: int) -> Position | None:
    if crs == 4326:
        return pair
    lon, lat = Transformer.from_crs(crs, 4326, always_xy=True).transform(*pair)
    return (lon, lat) if math.isfinite(lon) else None


def _from_document(truth: dict[str, Any], crs: int) -> dict[int, Position]:
    """Positions straight out of the JSON document, by no reader of ours."""
    body = (DATA / truth["path"]).read_bytes()
    document = json.loads(gzip.decompress(body) if truth["path"].endswith(".gz") else body)
    move = Transformer.from_crs(crs, 4326, always_xy=True).transform
    found: dict[int, Position] = {}
    for number, record in enumerate(_records(document)):
        corners = list(_corners(_coordinates(record, truth["place"])))
        if corners:
            xs, ys = move([x for x, _ in corners], [y for _, y in corners])
            found[number] = _middle(list(zip(xs, ys, strict=True)))
    return found


def _records(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if "layers" in document:
        return [feature for layer in document["layers"] for feature in layer["features"]]
    return next(document[name] for name in ("features", "places", "records", "data") if name in document)


def _coordinates(record: Any, place: dict[str, Any]) -> Any:
    if isinstance(record, list):
        return [record[int(place["lon"])], record[int(place["lat"])]]
    geometry = record.get("geometry") or {}
    return geometry.get("coordinates") or geometry.get("rings") or []


def _from_xml(truth: dict[str, Any]) -> dict[int, Position]:
    """The middle of the places of each record in XML."""
    root = ElementTree.fromstring((DATA / truth["path"]).read_bytes())
    found = {}
    for number, record in enumerate(root.iter("mission")):
        places = record.findall(truth["place"]["xml"])
        found[number] = _middle([(float(one.findtext("lon", "")), float(one.findtext("lat", ""))) for one in places])
    return found


def _middle(points: Sequence[Position]) -> Position:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _corners(value: Any) -> Any:
    if len(value) >= 2 and isinstance(value[0], int | float):
        yield value[0], value[1]
        return
    for inner in value:
        yield from _corners(inner)


def metres(one: Position, other: Position) -> float:
    return float(GEOD.inv(*one, *other)[2])
