"""GeoJSON features as rows: properties, geometry in EPSG:4326 whatever system the file uses."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from harvesters.errors import PortalError
from harvesters.http import shown
from harvesters.reading import Reading, Row

# How deep the coordinates of a geometry are nested: a position, a list of positions, and so on.
NESTING = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
LON_LAT = {"CRS84", "CRS83", "4326", "4269", "4258", "4171"}
CRS_CODE = re.compile(r"(?:^|[:/])(CRS84|CRS83|\d{4,6})$", re.IGNORECASE)
# What a geometry of the wrong form makes `moved` raise.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
Geometry = dict[str, Any]
Position = list[float]
Move = Callable[[list[float], list[float]], tuple[list[float], list[float]]]


class Features:
    """Makes rows of the features of one document, of the coordinate system that it names or that the options name.

    declared: the document's GeoJSON member `crs`; None without one.
    options: `crs`, a name like `EPSG:2154`. Raises PortalError (bad-option) when it is not known.
    """

    def __init__(self, declared: Any, options: Mapping[str, Any], reading: Reading) -> None:
        self.reading = reading
        self.move: Move | None = None
        self.is_unknown = False
        crs = declared or options.get("crs")
        code = crs_code(crs)
        if not crs or code in LON_LAT:
            return
        try:
            self.move = move_from(code)
        except CRSError as error:
            if not declared:
                raise PortalError("bad-option", f"The option `crs` (“{shown(str(crs))}”): {error}.") from error
            self.is_unknown = True
            reading.note(f"The file names a coordinate system; {error}; its geometries were left out.")
        else:
            reading.note(f"Geometries were converted from EPSG:{code} to longitude and latitude.")

    def row(self, position: int, value: dict[str, Any]) -> Row:
        geometry = self.geometry(value.get("geometry"))
        if not is_feature(value):
            return Row(position, value, geometry)
        properties = value.get("properties")
        data = dict(properties) if isinstance(properties, dict) else {}
        if value.get("id") is not None:
            data["_id"] = value["id"]
        return Row(position, data, geometry)

    def geometry(self, value: Any) -> Geometry | None:
        """The geometry in longitude and latitude, heights dropped; None when there is none or it makes no sense."""
        if not isinstance(value, dict) or "type" not in value or self.is_unknown:
            return None
        try:
            return moved(value, self.move)
        except MALFORMED:
            self.reading.note("Some geometries make no sense and were left out.")
            return None


def move_from(code: str) -> Move:
    """The way from the system of an EPSG code to longitude and latitude. Raises CRSError."""
    try:
        crs = CRS.from_epsg(code)
    except CRSError as error:
        raise CRSError("it is not known") from error
    if not crs.is_projected and not (crs.is_geographic and len(crs.axis_info) == 2):
        raise CRSError(f"EPSG:{code} is not one of positions on a map")
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform


def is_feature(value: dict[str, Any]) -> bool:
    """Whether an object is a GeoJSON feature, or has the form of one without saying so."""
    return value.get("type") == "Feature" or ("properties" in value and "geometry" in value)


def crs_code(crs: Any) -> str:
    """The EPSG code (or CRS84) that a `crs` member or an option names; "" for none or for a link, never fetched."""
    if isinstance(crs, dict):
        properties = crs.get("properties")
        named = properties if isinstance(properties, dict) else {}
        crs = named.get("name") or named.get("code")
    match = CRS_CODE.search(str(crs or "").strip())
    return match[1].upper() if match else ""


def moved(geometry: Geometry, move: Move | None) -> Geometry | None:
    """The geometry with every position moved; None when it is empty. Raises one of MALFORMED."""
    if geometry.get("type") == "GeometryCollection":
        parts = [part for part in (moved(inner, move) for inner in geometry["geometries"]) if part]
        return {"type": "GeometryCollection", "geometries": parts} if parts else None
    nesting = NESTING.get(str(geometry.get("type")))
    if nesting is None:
        raise ValueError("not a GeoJSON geometry")
    positions: list[Position] = []
    shape = collected(geometry.get("coordinates") or [], nesting, positions)
    if not positions:
        return None
    if move:
        xs, ys = move([x for x, _ in positions], [y for _, y in positions])
        positions = [list(pair) for pair in zip(xs, ys, strict=True)]
    if not all(math.isfinite(number) for position in positions for number in position):
        raise ValueError("a position is nowhere")
    return {"type": geometry["type"], "coordinates": placed(shape, iter(positions))}


def collected(coordinates: Any, nesting: int, positions: list[Position]) -> Any:
    """The nesting of coordinates, each position replaced by True; the positions are put aside. Empty lists vanish."""
    if nesting == 0:
        if not coordinates:
            return None
        positions.append(position_of(coordinates))
        return True
    shapes = [collected(inner, nesting - 1, positions) for inner in coordinates]
    return [shape for shape in shapes if shape] or None


def placed(shape: Any, positions: Any) -> Any:
    return next(positions) if shape is True else [placed(inner, positions) for inner in shape]


def position_of(value: Any) -> Position:
    x, y = value[0], value[1]
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, int | float) or not isinstance(y, int | float):
        raise TypeError("a position is made of numbers")
    return [float(x), float(y)]
