"""Questions that Activities can be asked, each a method with its units.

Places are compared in EPSG:4326 with an index on plain geometry, distances measured in metres on
the ellipsoid: the index narrows, the geography decides.
"""

import math
from typing import Self

from django.contrib.gis.db import models
from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import BooleanField, Case, Expression, F, FloatField, Func, IntegerField, Q, Value, When

from geo.models import Area
from geo.parse import BBox, Near, wrap_longitude
from portal.vocabularies import AREAL, LOCATED, Precision

METRES_A_DEGREE = 110_500
"""Less than the shortest degree of latitude on WGS 84 (110,574 m at the equator): boxes come out generous."""


SHARED_GROUND = "T********"
"""DE-9IM: the interiors meet."""


class Geography(Func):
    """A geometry in EPSG:4326, measured on the ellipsoid."""

    template = "(%(expressions)s)::geography"
    output_field = GeometryField(geography=True)


def distance_m(field: str, point: Point) -> Expression:
    """Metres on the ellipsoid from the point to the nearest part of the geometry."""
    return Func(Geography(F(field)), Geography(_value(point)), function="ST_Distance", output_field=FloatField())


def within_m(field: str, point: Point, radius_m: float) -> Q:
    """Geometries at most `radius_m` metres from the point."""
    measured = Func(
        Geography(F(field)),
        Geography(_value(point)),
        Value(radius_m),
        function="ST_DWithin",
        output_field=BooleanField(),
    )
    return Q(**{f"{field}__bboverlaps": box_around(point, radius_m).geometry}) & Q(measured)


def box_around(point: Point, radius_m: float) -> BBox:
    """A box that surely holds the circle; all longitudes where it reaches a pole or goes round the world."""
    height = radius_m / METRES_A_DEGREE
    south, north = max(point.y - height, -90.0), min(point.y + height, 90.0)
    widest = max(abs(south), abs(north))
    width = height / math.cos(math.radians(widest)) if widest < 89 else 180.0
    if width >= 180:
        return BBox(-180.0, south, 180.0, north)
    return BBox(wrap_longitude(point.x - width), south, wrap_longitude(point.x + width), north)


class ActivityQuerySet(models.QuerySet):
    def published(self) -> Self:
        """What lists may show: nothing withdrawn."""
        return self.filter(withdrawn__isnull=True)

    def located(self) -> Self:
        return self.filter(precision__in=LOCATED)

    def areal(self) -> Self:
        return self.filter(precision__in=AREAL)

    def remote(self) -> Self:
        return self.filter(precision=Precision.REMOTE)

    def unknown(self) -> Self:
        return self.filter(precision=Precision.UNKNOWN)

    def within(self, near: Near, radius_m: float) -> Self:
        """Located ones at most `radius_m` away, and areal ones whose area meets that circle."""
        pins = Q(precision__in=LOCATED) & within_m("geometry", near.point, radius_m)
        return self.filter(pins | self._concerning(within_m("shape", near.point, radius_m)))

    def in_box(self, box: BBox) -> Self:
        """Those whose place or area touches the box."""
        pins = Q(precision__in=LOCATED, geometry__intersects=box.geometry)
        return self.filter(pins | self._concerning(Q(shape__intersects=box.geometry)))

    def in_area(self, code: str) -> Self:
        """Those whose place touches the Area of that code, or whose area shares ground with it.

        A border in common is not enough for areas: neighbours would be in each other's answers.
        """
        shape = Area.objects.values_list("shape", flat=True).get(code=code)
        pins = Q(precision__in=LOCATED, geometry__intersects=shape)
        return self.filter(pins | self._concerning(Q(shape__bboverlaps=shape, shape__relate=(shape, SHARED_GROUND))))

    def _concerning(self, areas: Q) -> Q:
        """Areal ones whose area is one of those. Only the areas that are used are looked at, once: they are few."""
        used = self.areal().order_by().values("area")
        return Q(
            precision__in=AREAL, area__in=list(Area.objects.filter(areas, id__in=used).values_list("id", flat=True))
        )

    def by_distance(self, near: Near) -> Self:
        """Located ones by `distance_m`, then areal ones, then the rest (`rank` 0, 1, 2); ties by public id."""
        located = When(precision__in=LOCATED, then=distance_m("geometry", near.point))
        rank = Case(
            When(precision__in=LOCATED, then=0),
            When(precision__in=AREAL, then=1),
            default=2,
            output_field=IntegerField(),
        )
        distances = self.annotate(distance_m=Case(located, default=None, output_field=FloatField()), rank=rank)
        return distances.order_by("rank", "distance_m", "public_id")


def _value(geometry: GEOSGeometry) -> Value:
    return Value(geometry, output_field=GeometryField(srid=4326))
