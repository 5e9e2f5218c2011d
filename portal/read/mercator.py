"""Degrees in metres of EPSG:3857, the plane of the map and of the index (Snyder, «Map Projections», 1987, p. 41)."""

import math

from geo.parse import BBox

RADIUS_M = 6_378_137.0
HIGHEST = 89.9
"""Of latitude, in degrees: at the poles the plane has no end; what lies beyond is indexed there."""

SLACK_M = 1.0
"""The index keeps its boxes in single precision."""

Edges = tuple[float, float, float, float]


def x_of(longitude: float) -> float:
    return RADIUS_M * math.radians(longitude)


def y_of(latitude: float) -> float:
    clamped = max(min(latitude, HIGHEST), -HIGHEST)
    return RADIUS_M * math.asinh(math.tan(math.radians(clamped)))


def reach(box: BBox) -> list[Edges]:
    """West, south, east, north in metres of what surely holds the box; two of them across the antimeridian."""
    sides = [(box.west, box.east)] if box.west <= box.east else [(box.west, 180.0), (-180.0, box.east)]
    south, north = y_of(box.south) - SLACK_M, y_of(box.north) + SLACK_M
    return [(x_of(west) - SLACK_M, south, x_of(east) + SLACK_M, north) for west, east in sides]
