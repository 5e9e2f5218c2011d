"""Circles around points on the ellipsoid, as an Area without an outline is drawn and compared."""

from collections.abc import Sequence
from typing import Any

import numpy
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geo.sizes import CIRCLE_SIDES, circle_rings

SRID = 4326
_WORLD = shapely.box(-180, -90, 180, 90)


def circle(centre: Point, radius_m: float, sides: int = CIRCLE_SIDES) -> GEOSGeometry:
    """Polygon whose corners are all `radius_m` metres from the centre (EPSG:4326); two across the antimeridian."""
    rings = circle_rings(numpy.array([centre.x]), numpy.array([centre.y]), numpy.array([radius_m]), sides)
    return to_geos(circles(rings)[0])


def circles(rings: NDArray[Any]) -> Sequence[BaseGeometry]:
    """Polygons of many rings; what goes beyond ±180 degrees is moved to the other side of the map."""
    polygons = shapely.polygons(rings)
    beyond = (rings[:, :, 0].min(axis=1) < -180) | (rings[:, :, 0].max(axis=1) > 180)
    for index in numpy.nonzero(beyond)[0]:
        polygons[index] = _wrapped(polygons[index])
    return list(polygons)


def to_geos(shape: BaseGeometry) -> GEOSGeometry:
    """The same geometry as Django's, EPSG:4326."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=SRID)


def _wrapped(polygon: BaseGeometry) -> BaseGeometry:
    pieces = [shapely.intersection(translate(polygon, turn), _WORLD) for turn in (-360, 0, 360)]
    return shapely.multipolygons([piece for piece in pieces if piece.geom_type == "Polygon" and not piece.is_empty])
