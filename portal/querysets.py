"""Questions that the ORM asks of Activities. What visitors ask is answered from the read tables (`portal/read/`)."""

from typing import Self

from django.contrib.gis.db import models
from django.contrib.gis.db.models.fields import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db.models import Expression, F, FloatField, Func, Value

from portal.vocabularies import LOCATED


class Geography(Func):
    """A geometry in EPSG:4326, measured on the ellipsoid."""

    template = "(%(expressions)s)::geography"
    output_field = GeometryField(geography=True)


def distance_m(field: str, point: Point) -> Expression:
    """Metres on the ellipsoid from the point to the nearest part of the geometry."""
    return Func(Geography(F(field)), Geography(_value(point)), function="ST_Distance", output_field=FloatField())


class ActivityQuerySet(models.QuerySet):
    def published(self) -> Self:
        """What lists may show: nothing withdrawn."""
        return self.filter(withdrawn__isnull=True)

    def located(self) -> Self:
        return self.filter(precision__in=LOCATED)


def _value(geometry: GEOSGeometry) -> Value:
    return Value(geometry, output_field=GeometryField(srid=4326))
