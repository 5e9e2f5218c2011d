"""Boxes: around a circle in degrees, and in metres of EPSG:3857, the plane of the map and of the index.

Formulas of the plane: Snyder, «Map Projections», 1987, p. 41.
"""

import math
from functools import lru_cache

from geo.parse import BBox, wrap_longitude

METRES_A_DEGREE = 110_500
"""Less than the shortest degree of latitude on WGS 84 (110,574 m at the equator): boxes come out generous."""

RADIUS_M = 6_378_137.0
HIGHEST = 89.9
"""Of latitude, in degrees: at the poles the plane has no end; what lies beyond is indexed there."""

SLACK_M = 1.0
"""More than rounding takes away."""

FLATTENING = 1 / 298.257_223_563
"""Of the ellipsoid WGS 84."""

Edges = tuple[float, float, float, float]


def x_of(longitude: float) -> float:
    return RADIUS_M * math.radians(longitude)


def y_of(latitude: float) -> float:
    clamped = max(min(latitude, HIGHEST), -HIGHEST)
    return RADIUS_M * math.asinh(math.tan(math.radians(clamped)))


def reach(box: BBox) -> list[Edges]:
    """West, south, east, north in metres of what surely holds the box; two of them across the antimeridian."""
    return _edges(box, SLACK_M)


def core(box: BBox) -> list[Edges]:
    """The same of what surely lies within the box; none where that is too narrow."""
    return [edges for edges in _edges(box, -SLACK_M) if edges[0] < edges[2] and edges[1] < edges[3]]


def _edges(box: BBox, more_m: float) -> list[Edges]:
    south, north = y_of(box.south) - more_m, y_of(box.north) + more_m
    return [(x_of(side.west) - more_m, south, x_of(side.east) + more_m, north) for side in box.sides]


@lru_cache(maxsize=64)
def box_around(lon: float, lat: float, radius_m: float) -> BBox:
    """A box that surely holds the circle; all longitudes where it reaches a pole or goes round the world."""
    height = radius_m / METRES_A_DEGREE
    south, north = max(lat - height, -90.0), min(lat + height, 90.0)
    widest = max(abs(south), abs(north))
    width = height / math.cos(math.radians(widest)) if widest < 89 else 180.0
    if width >= 180:
        return BBox(-180.0, south, 180.0, north)
    return BBox(wrap_longitude(lon - width), south, wrap_longitude(lon + width), north)


def stretch(lon: float, lat: float, radius_m: float) -> float:
    """How many metres of EPSG:3857 a metre on the ellipsoid is at most, within a circle; infinite near the poles and
    where the circle crosses the antimeridian, on whose sides places are apart in the plane.

    Along a parallel it is a / (N cos φ), along a meridian a / (M cos φ); M is the smaller one and least at the equator.
    """
    box = box_around(lon, lat, radius_m)
    widest = max(abs(box.south), abs(box.north))
    if widest > HIGHEST - 1 or box.west > box.east or (box.west, box.east) == (-180.0, 180.0):
        return math.inf
    return 1 / ((1 - FLATTENING) ** 2 * math.cos(math.radians(widest)))
