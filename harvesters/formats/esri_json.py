"""Esri's JSON as plain rows: dates in ISO 8601, coded values in words, geometries as GeoJSON in EPSG:4326.

The form of features, fields, domains and geometries is that of the ArcGIS REST API ("Common data types").
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from harvesters.formats.features import LON_LAT, MALFORMED, Geometry, Move, move_from, moved
from harvesters.formats.json_records import kind_of
from harvesters.portals.words import listed, words
from harvesters.reading import Reading, Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WKT_MAX = 8_000
RING_MIN = 4
Json = dict[str, Any]
Ring = list[Any]


class Shape:
    """How the features of one layer become rows, by the layer's own description."""

    def __init__(self, layer: Json, options: Mapping[str, Any], reading: Reading) -> None:
        fields = [field for field in listed(layer.get("fields")) if isinstance(field.get("name"), str)]
        self.reading = reading
        self.oid = oid_name(layer, fields)
        self.id_field = str(options.get("id_field") or self.oid or "")
        self.dates = [field["name"] for field in fields if field.get("type") == "esriFieldTypeDate"]
        self.codes = codes_of(layer, fields)
        self.about = about(layer)

    def row(self, position: int, feature: Any, move: Move | None, is_unknown: bool) -> Row:
        attributes = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(attributes, dict):
            return Row(position, {}, problem=f"It is not a feature with attributes but {kind_of(feature)}.")
        data = attributes | {name: iso(attributes.get(name)) for name in self.dates if name in attributes}
        for name, labels in self.codes.items():
            if name in data:
                data[name] = labels.get(str(data[name]), data[name])
        geometry = None if is_unknown else self.geometry(feature.get("geometry"), move)
        return Row(position, data | {"_id": attributes.get(self.id_field)} | self.about, geometry)

    def geometry(self, value: Any, move: Move | None) -> Geometry | None:
        try:
            shape = geojson(value) if isinstance(value, dict) else None
            return moved(shape, move) if shape else None
        except (*MALFORMED, shapely.errors.ShapelyError):
            self.reading.note("Some geometries make no sense and were left out.")
            return None

    def move(self, reference: Any) -> tuple[Move | None, bool]:
        """The way from the system that an answer is in to longitude and latitude; True when it is not known."""
        try:
            move = move_of(reference)
        except CRSError:
            self.reading.note("The portal names a coordinate system that is not known; its geometries were left out.")
            return None, True
        if move:
            self.reading.note("The portal did not give longitudes and latitudes; its geometries were converted.")
        return move, False


def oid_name(layer: Json, fields: list[Json]) -> str:
    """The name of the field that numbers the features; "" when the layer does not say."""
    named = layer.get("objectIdField") or layer.get("objectIdFieldName")
    by_type = (field["name"] for field in fields if field.get("type") == "esriFieldTypeOID")
    return named if isinstance(named, str) else next(by_type, "")


def codes_of(layer: Json, fields: list[Json]) -> dict[str, dict[str, str]]:
    """For each field with coded values, what the codes mean; codes are taken as text."""
    found = {field["name"]: coded(field.get("domain")) for field in fields}
    types = {str(kind.get("id")): str(kind["name"]) for kind in listed(layer.get("types")) if kind.get("name")}
    if types and isinstance(layer.get("typeIdField"), str):
        found.setdefault(layer["typeIdField"], {}).update(types)
    return {name: labels for name, labels in found.items() if labels}


def coded(domain: Any) -> dict[str, str]:
    values = listed(domain.get("codedValues")) if isinstance(domain, dict) else []
    return {str(value.get("code")): value["name"] for value in values if isinstance(value.get("name"), str)}


def about(layer: Json) -> Json:
    editing = layer.get("editingInfo")
    modified = iso(editing.get("lastEditDate")) if isinstance(editing, dict) else None
    return {
        "_dataset_title": words(layer.get("name")) or None,
        "_dataset_licence": words(layer.get("copyrightText")) or None,
        "_dataset_modified": modified,
    }


def iso(value: Any) -> Any:
    """Milliseconds since 1970, UTC, as ISO 8601; anything else as it came."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return (EPOCH + timedelta(milliseconds=value)).isoformat().replace("+00:00", "Z")
    except (OverflowError, ValueError):
        return value


def move_of(reference: Any) -> Move | None:
    """The way from a `spatialReference` to longitude and latitude; None when it is there. Raises CRSError."""
    if not isinstance(reference, dict):
        return None
    codes = [reference[key] for key in ("latestWkid", "wkid") if type(reference.get(key)) is int]
    if any(str(code) in LON_LAT for code in codes):
        return None
    for code in codes:
        try:
            return move_from(str(code))
        except CRSError:
            continue
    wkt = reference.get("wkt")
    if not codes and not wkt:
        return None
    crs = CRS.from_wkt(wkt[:WKT_MAX]) if isinstance(wkt, str) else CRS.from_authority("ESRI", codes[-1])
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform


def geojson(value: Json) -> Geometry | None:
    """An Esri geometry as GeoJSON, in its own coordinates; None when it is empty. Raises one of MALFORMED."""
    for member, made in MAKERS.items():
        if member in value:
            return made(value)
    return None


def point(value: Json) -> Geometry | None:
    if value["x"] in (None, "NaN"):
        return None
    return {"type": "Point", "coordinates": [value["x"], value["y"]]}


def multipoint(value: Json) -> Geometry | None:
    return {"type": "MultiPoint", "coordinates": value["points"]}


def lines(value: Json) -> Geometry | None:
    paths = value["paths"]
    if len(paths) == 1:
        return {"type": "LineString", "coordinates": paths[0]}
    return {"type": "MultiLineString", "coordinates": paths}


def polygons(value: Json) -> Geometry | None:
    """Rings as polygons: clockwise ones are outlines, the others holes in the smallest outline around them."""
    rings = [closed(ring) for ring in value["rings"]]
    rings = [ring for ring in rings if len(ring) >= RING_MIN]
    outlines = sorted((ring for ring in rings if doubled_area(ring) <= 0), key=lambda ring: -doubled_area(ring))
    holes = [ring for ring in rings if doubled_area(ring) > 0]
    made = [[outline] for outline in outlines]
    for hole, index in zip(holes, around(holes, outlines), strict=True):
        if index is None:
            made.append([hole])  # an outline drawn the wrong way round
        else:
            made[index].append(hole)
    if len(made) == 1:
        return {"type": "Polygon", "coordinates": made[0]}
    return {"type": "MultiPolygon", "coordinates": made}


def around(holes: list[Ring], outlines: list[Ring]) -> list[int | None]:
    """For each hole, the index of the first outline that holds its first corner; None when none does."""
    found: list[int | None] = [None] * len(holes)
    if not holes or not outlines:
        return found
    tree = shapely.STRtree([shapely.Polygon([corner[:2] for corner in ring]) for ring in outlines])
    corners = [shapely.Point(hole[0][:2]) for hole in holes]
    for hole, outline in sorted(tree.query(corners, predicate="intersects").T.tolist()):
        if found[hole] is None:
            found[hole] = outline
    return found


def closed(ring: Ring) -> Ring:
    return [*ring, ring[0]] if ring and ring[0] != ring[-1] else ring


def doubled_area(ring: Ring) -> float:
    """Twice the area within a ring, negative when it goes round clockwise (the shoelace formula)."""
    return sum(float(a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring))


MAKERS: dict[str, Callable[[Json], Geometry | None]] = {
    "x": point, "points": multipoint, "paths": lines, "rings": polygons,
}  # fmt: skip
