"""Whether the coordinates that a portal gives can be believed, and in which form they came.

Points are longitude-latitude, EPSG:4326, once they leave this file. Nothing is moved silently:
what looks wrong is refused in words that say what would mend it.
"""

import json
import math
import warnings
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GeometryCollection, GEOSException, GEOSGeometry, MultiPoint, Point, WKBWriter
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from harvesters.clean import meridian
from harvesters.clean.values import Unreadable, blank, decimal

VERTICES_MAX = 10_000
WIDEST_DEGREES = 90.0
"""Edges of half the world have no one way round, and PostGIS measures no distance to them."""
Remark = Callable[[str], None]
NEAR_DEGREES, AROUND_DEGREES = 1.0, 3.0
SIMPLIFIED_DEGREES = 0.05


class BadPlace(ValueError):
    """Coordinates that cannot be used; the message says why, and what to change in the mapping."""


def point_from_columns(x: object, y: object, crs: int | None) -> Point | None:
    """A point out of a longitude (or easting) and a latitude (or northing); None where both are blank.

    Raises BadPlace.
    """
    if blank(x) and blank(y):
        return None
    if blank(x) or blank(y):
        raise BadPlace("one of the two coordinates is missing")
    try:
        east, north = decimal(x), decimal(y)
    except Unreadable as error:
        raise BadPlace(f"a coordinate cannot be read: {error}") from None
    if east is None or north is None:
        return None
    point = Point(*_degrees(east, north, crs), srid=4326)
    _checked(point)
    return point


def point_from_text(value: object, crs: int | None, order: str = "") -> Point | None:
    """A point out of one column: `"45.46, -73.93"` (latitude first), `"[3.95, 50.45]"` or `{lon, lat}`.

    order: `lat,lon` or `lon,lat` where the portal writes it otherwise than so.
    """
    if blank(value):
        return None
    if isinstance(value, dict):
        lon = next((value[key] for key in ("lon", "lng", "longitude", "x") if key in value), None)
        lat = next((value[key] for key in ("lat", "latitude", "y") if key in value), None)
        return point_from_columns(lon, lat, crs)
    if isinstance(value, list) or str(value).lstrip().startswith("["):
        numbers = value if isinstance(value, list) else str(value).strip(" []").split(",")
        if len(numbers) < 2:
            return None
        lon, lat = (numbers[1], numbers[0]) if order == "lat,lon" else (numbers[0], numbers[1])
        return point_from_columns(lon, lat, crs)
    parts = str(value).replace(";", ",").split(",")
    if len(parts) != 2:
        raise BadPlace(f"«{str(value)[:60]}» is not «latitude, longitude»")
    lon, lat = (parts[0], parts[1]) if order == "lon,lat" else (parts[1], parts[0])
    return point_from_columns(lon, lat, crs)


def geometry_from_geojson(value: Any, remark: Remark = lambda _: None) -> GEOSGeometry | None:
    """A valid flat geometry of any type out of GeoJSON; None where it is null or empty. Raises BadPlace.

    remark: told what was changed about it.
    """
    if not value or not isinstance(value, dict):
        return None
    try:
        cut = meridian.split(value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's, of a ring that is not closed: it closes it
            geometry = GEOSGeometry(json.dumps(cut or value, allow_nan=False), srid=4326)
        if geometry.empty:
            return None
        geometry = _flat(geometry)
        if cut:
            remark("the shape crosses the antimeridian: it was cut there")
        return _checked(geometry if geometry.valid else geometry.make_valid(), remark, is_cut=bool(cut))
    except (GEOSException, GDALException, ValueError, TypeError, LookupError, RecursionError) as error:
        if isinstance(error, BadPlace):
            raise
        raise BadPlace("the geometry is not valid GeoJSON") from None


class Territory:
    """Where the records of a source should be; EPSG:4326."""

    def __init__(self, shape: GEOSGeometry) -> None:
        self._shape = shape
        # Prepared once: asking an outline of 10,000 corners for each record would take longer than the harvest.
        self._near = shape.simplify(SIMPLIFIED_DEGREES, preserve_topology=True).buffer(NEAR_DEGREES).prepared
        self._around = shape.simplify(SIMPLIFIED_DEGREES, preserve_topology=True).buffer(AROUND_DEGREES).prepared

    def check(self, geometry: GEOSGeometry) -> str:
        """A remark on what is far from here; "" when it is not.

        Raises BadPlace when it would be here with latitude and longitude swapped.
        """
        if self._around.intersects(geometry):
            return ""
        lon, lat = geometry.centroid.coords
        if abs(lon) <= 90 and self._near.contains(Point(lat, lon, srid=4326)):
            raise BadPlace("latitude and longitude look swapped: exchange them in the mapping")
        return "the point lies far outside of the source's territory"


def _checked(geometry: GEOSGeometry, remark: Remark = lambda _: None, is_cut: bool = False) -> GEOSGeometry:
    west, south, east, north = geometry.extent
    if not all(math.isfinite(edge) for edge in geometry.extent):
        raise BadPlace("a coordinate is not a finite number")
    if west == south == east == north == 0:
        raise BadPlace("0, 0 in the Gulf of Guinea: the source does not know the place")
    if max(-west, east) > 360 or max(-south, north) > 360:
        raise BadPlace(
            f"{geometry.centroid.x:.0f}, {geometry.centroid.y:.0f} look projected: state the mapping's «crs», e.g. 2154"
        )
    if west < -180 or east > 180 or south < -90 or north > 90:
        swapped = -90 <= west and east <= 90 and -180 <= south and north <= 180
        hint = ": latitude and longitude look swapped, exchange them in the mapping" if swapped else ""
        raise BadPlace(f"the coordinates lie outside of the world{hint}")
    if (
        not isinstance(geometry, (Point, MultiPoint))
        and _reach(geometry if isinstance(geometry, GeometryCollection) and is_cut else [geometry]) > WIDEST_DEGREES
    ):
        raise BadPlace("the shape reaches over a quarter of the world: no place of an activity does")
    if geometry.num_coords > VERTICES_MAX:
        geometry = geometry.simplify(max(east - west, north - south) / 5_000, preserve_topology=True)
        if geometry.num_coords > VERTICES_MAX:
            raise BadPlace(f"the shape has more than {VERTICES_MAX:,} corners")
        remark(f"the shape has more than {VERTICES_MAX:,} corners: it was simplified, the source has the original")
    return geometry


def _reach(parts: Iterable[GEOSGeometry]) -> float:
    """The longest side of what is around each part, in degrees."""
    boxes = [part.extent for part in parts]
    return max(max(east - west, north - south) for west, south, east, north in boxes)


def _flat(geometry: GEOSGeometry) -> GEOSGeometry:
    return GEOSGeometry(WKBWriter(dim=2).write(geometry), srid=4326) if geometry.hasz else geometry


def _degrees(east: Decimal, north: Decimal, crs: int | None) -> tuple[float, float]:
    if crs is None or crs == 4326:
        return float(east), float(north)
    try:
        lon, lat = _transformer(crs).transform(float(east), float(north), errcheck=True)
    except ProjError as error:
        raise BadPlace(f"{east}, {north} mean nothing in EPSG:{crs}: {error}") from None
    return lon, lat


@cache
def _transformer(crs: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(crs), CRS.from_epsg(4326), always_xy=True)
