"""Coordinate reference systems that questions may be asked in and answers given in, by their OGC names.

Everything inside is longitude-latitude, EPSG:4326. Outside, each system has the axes of its authority: EPSG:4326 is
latitude first there, CRS84 is the same with longitude first. The order changes in this file and in `geo.parse` only.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from pyproj import Transformer
from pyproj.exceptions import ProjError

from geo.parse import SRID, BadCoordinate, BBox, degrees_box, four_edges

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
EDGE_POINTS = 101
"""Edges of a box in metres are curves in degrees: on so many points each, a box of 1,000 km is right to some metres."""
MERCATOR_RADIUS_M = 6_378_137.0
SOUTHMOST = -89.0
"""Conic projections of the north have no place for the south pole: what reaches beyond has no geometry in metres."""


@dataclass(frozen=True)
class Crs:
    """A system by its OGC name; `latitude_first` tells its axes from ours, `metres` its unit from degrees."""

    uri: str
    srid: int
    latitude_first: bool = False
    metres: bool = True


CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", SRID, metres=False)
KNOWN = {
    crs.uri: crs
    for crs in (
        CRS84,
        Crs(f"{EPSG}4326", 4326, latitude_first=True, metres=False),
        Crs(f"{EPSG}3857", 3857),
        Crs(f"{EPSG}2154", 2154),  # Lambert-93: France
        Crs(f"{EPSG}31370", 31370),  # Belgian Lambert 72
        Crs(f"{EPSG}3812", 3812),  # Belgian Lambert 2008
    )
}
"""EPSG:3857, 2154, 31370 and 3812 are easting first, as we are; a test asks pyproj whether that is so."""


class BadCrs(ValueError):
    """A system that we do not know; the message is one sentence fit to show."""


def read_crs(text: str) -> Crs:
    """The system of that OGC name, in angle brackets or not. Raises BadCrs."""
    uri = text.strip().removeprefix("<").removesuffix(">")
    if uri not in KNOWN:
        detail = _("« %(uri)s » n’est pas un système de coordonnées connu ; sont connus : %(known)s.")
        raise BadCrs(detail % {"uri": text[:80], "known": ", ".join(KNOWN)})
    return KNOWN[uri]


def read_bbox(text: str, crs: Crs = CRS84) -> BBox:
    """A box in that system's own axes and unit. Raises BadCoordinate.

    Of a box in metres it is the smallest box in degrees that holds it: what lies just beside an edge may be in the
    answer, nothing inside is missing.
    """
    first, second, third, fourth = four_edges(text)
    if not crs.metres:
        edges = (second, first, fourth, third) if crs.latitude_first else (first, second, third, fourth)
        return degrees_box(*edges)
    if first > third or second > fourth:
        raise BadCoordinate(_("« %s » n’est pas « ouest,sud,est,nord » en mètres.") % text[:60])
    return degrees_box(*_envelope(crs, first, second, third, fourth))


def _envelope(crs: Crs, west: float, south: float, east: float, north: float) -> tuple[float, float, float, float]:
    if crs.srid == 3857:  # its edges stay straight, and maps send boxes beyond the antimeridian
        (left, low), (right, high) = _from_mercator(west, south), _from_mercator(east, north)
        return left, low, right, high
    try:
        bounds = _transformer(crs.srid).transform_bounds(
            west, south, east, north, densify_pts=EDGE_POINTS, direction="INVERSE"
        )
    except ProjError:
        bounds = (math.inf,) * 4
    if not all(map(math.isfinite, bounds)):
        raise BadCoordinate(_("Cette boîte sort du domaine de %s.") % crs.uri)
    return bounds


def _from_mercator(x: float, y: float) -> tuple[float, float]:
    if max(abs(x), abs(y)) > 1e9:
        raise BadCoordinate(_("Cette boîte sort du domaine de %s.") % f"{EPSG}3857")
    lat = 2 * math.atan(math.exp(min(y / MERCATOR_RADIUS_M, 50.0))) - math.pi / 2
    return math.degrees(x / MERCATOR_RADIUS_M), math.degrees(lat)


def transformed(geometries: Sequence[Mapping[str, Any] | None], crs: Crs) -> list[dict[str, Any] | None]:
    """GeoJSON geometries (longitude-latitude) in that system, to the millimetre; None where it has no place for one."""
    if crs == CRS84:
        return [None if geometry is None else dict(geometry) for geometry in geometries]
    positions = [position for geometry in geometries if geometry for position in _positions(geometry)]
    moved = iter(_moved(positions, crs))
    return [_rebuilt(geometry, moved) if geometry else None for geometry in geometries]


def geojson_sql(geometry: str, crs: Crs = CRS84) -> str:
    """SQL for the GeoJSON text of an SQL geometry in EPSG:4326, the same as `transformed` gives."""
    if crs.metres:
        # Option 0: by itself PostGIS adds a `crs` member, which RFC 7946 does away with.
        shown = f"ST_AsGeoJSON(ST_Transform({geometry}, {crs.srid}), 3, 0)"
        return f"CASE WHEN ST_YMin({geometry}) > {SOUTHMOST} THEN {shown} END"
    return f"ST_AsGeoJSON({f'ST_FlipCoordinates({geometry})' if crs.latitude_first else geometry}, 15, 0)"


def _positions(geometry: Mapping[str, Any]) -> Iterator[Sequence[float]]:
    for part in geometry.get("geometries", ()):
        yield from _positions(part)
    yield from _flat(geometry.get("coordinates", ()))


def _flat(coordinates: Sequence[Any]) -> Iterator[Sequence[float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
    else:
        for part in coordinates:
            yield from _flat(part)


def _moved(positions: list[Sequence[float]], crs: Crs) -> list[list[float] | None]:
    """All at once: one call costs more than a thousand positions."""
    if not crs.metres:
        return [[lat, lon] for lon, lat, *_height in positions]
    if not positions:
        return []
    xs, ys = _transformer(crs.srid).transform([p[0] for p in positions], [p[1] for p in positions])
    return [
        [round(x, 3), round(y, 3)] if position[1] > SOUTHMOST else None
        for position, x, y in zip(positions, xs, ys, strict=True)
    ]


def _rebuilt(geometry: Mapping[str, Any], moved: Iterator[list[float] | None]) -> dict[str, Any] | None:
    if "geometries" in geometry:
        parts = [_rebuilt(part, moved) for part in geometry["geometries"]]
        return None if None in parts else {**geometry, "geometries": parts}
    places: list[list[float] | None] = []
    coordinates = _nested(geometry["coordinates"], moved, places)
    return None if None in places else {**geometry, "coordinates": coordinates}


def _nested(coordinates: Sequence[Any], moved: Iterator[list[float] | None], places: list[list[float] | None]) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        places.append(next(moved))
        return places[-1]
    return [_nested(part, moved, places) for part in coordinates]


@lru_cache(maxsize=len(KNOWN))
def _transformer(srid: int) -> Transformer:
    return Transformer.from_crs(SRID, srid, always_xy=True)
