"""Where records are: metres on the ellipsoid, and boxes on the plane of longitudes and latitudes.

Metres to points are pyproj's. Metres to lines and polygons are asked of PostGIS, shape by shape and of nothing that
is stored: pyproj has none. `tests/oracle/test_ground.py` says how far those are from the truth.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.db import connection
from pyproj import Geod

from tests.oracle.record import LOCATED, Ground, Record

WGS84 = Geod(ellps="WGS84")
Near = tuple[float, float]
"""Latitude, longitude: as people write it."""
Box = tuple[float, float, float, float]
"""West, south, east, north; west above east goes across the antimeridian."""
HAIR = 1e-9
"""Degrees: a tenth of a millimetre."""

_METRES = """
SELECT ST_Distance(ST_GeomFromWKB(shape, 4326)::geography, ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)
FROM unnest(%s::bytea[]) WITH ORDINALITY AS given (shape, place) ORDER BY place
"""


def metres_to_points(near: Near, records: Sequence[Record]) -> dict[Record, float]:
    """To the nearest point of each record that is at points."""
    spots = [(number, *point) for number, record in enumerate(records) for point in record.points]
    if not spots:
        return {}
    numbers, lons, lats = (np.array(column) for column in zip(*spots, strict=True))
    _, _, metres = WGS84.inv(np.full(len(spots), near[1]), np.full(len(spots), near[0]), lons, lats)
    nearest = np.full(len(records), np.inf)
    np.minimum.at(nearest, numbers.astype(int), metres)
    return {record: float(nearest[number]) for number, record in enumerate(records) if record.points}


def metres_to_shapes(near: Near, shapes: Sequence[Any]) -> list[float]:
    """To the nearest part of each line or polygon; 0 inside of one."""
    if not shapes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_METRES, [near[1], near[0], [shapely.to_wkb(shape) for shape in shapes]])
        return [float(metres) for (metres,) in cursor.fetchall()]


def metres_to(near: Near, records: Sequence[Record]) -> dict[Record, float]:
    """To each record that has a place of its own."""
    located = [record for record in records if record.precision in LOCATED]
    wide = [record for record in located if not record.points]
    shaped = zip(wide, metres_to_shapes(near, [record.shape for record in wide]), strict=True)
    return metres_to_points(near, located) | dict(shaped)


def metres_to_grounds(near: Near, grounds: Sequence[Ground]) -> dict[str, float]:
    """To each area, by its code."""
    metres = metres_to_shapes(near, [ground.shape for ground in grounds])
    return {ground.code: far for ground, far in zip(grounds, metres, strict=True)}


def boxes(box: Box) -> list[Any]:
    """The one or two rectangles of a box; a line or a point where it has no width or height."""
    west, south, east, north = box
    if east - west >= 360:
        west, east = -180.0, 180.0
    west, east = _turned(west), _turned(east)
    sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    return [_rectangle(left, south, right, north) for left, right in sides]


def _turned(longitude: float) -> float:
    while longitude > 180:
        longitude -= 360
    while longitude < -180:
        longitude += 360
    return longitude


def _rectangle(west: float, south: float, east: float, north: float) -> Any:
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    if (west, south) != (east, north):
        return shapely.LineString([(west, south), (east, north)])
    return shapely.Point(west, south)


def touching(box: Box, shapes: Sequence[Any]) -> list[bool]:
    """Which of the shapes touch the box."""
    given = np.array(shapes, dtype=object)
    found = np.zeros(len(given), dtype=bool)
    for side in boxes(box):
        found |= shapely.intersects(given, side)
    return [bool(one) for one in found]


def on_the_edge(box: Box, shapes: Sequence[Any]) -> bool:
    """Whether one of the shapes stands so near an edge of the box that the last bits decide."""
    west, south, east, north = box
    wider = (west - HAIR, south - HAIR, east + HAIR, north + HAIR)
    narrower = (west + HAIR, south + HAIR, east - HAIR, north - HAIR)
    if min(abs(east - west), north - south) <= 2 * HAIR:
        narrower = box
    return touching(wider, shapes) != touching(narrower, shapes)
