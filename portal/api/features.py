"""What a Feature looks like: the one list of what we publish of an Activity, for every format.

`fixtures/feature.json` is the promise; a test holds this to it.
"""

from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from rest_framework import serializers
from rest_framework_gis.fields import GeometrySerializerMethodField
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from portal.api.properties import PROPERTIES
from portal.links import permanent_url
from portal.models import Activity
from portal.same.others import others
from portal.vocabularies import AREAL


class PropertiesSerializer(serializers.ModelSerializer):
    """The properties of an Activity whose `source` and `area` were fetched with it.

    `distance_m` is there only when the queryset measured it.
    """

    area_code = serializers.CharField(source="area.code", default=None)
    area_name = serializers.CharField(source="area.name", default=None)
    area_level = serializers.CharField(source="area.level", default=None)
    budget = serializers.FloatField()
    last_seen = serializers.DateTimeField()
    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]  # a property is called so
    source_title = serializers.CharField(source="source.title")
    publisher = serializers.CharField(source="source.publisher")
    licence_url = serializers.CharField(source="source.licence_url")
    url = serializers.SerializerMethodField()
    also_published_by = serializers.SerializerMethodField()

    class Meta:
        model = Activity
        fields = PROPERTIES

    def get_url(self, activity: Activity) -> str:
        return permanent_url(activity)

    def get_also_published_by(self, activity: Activity) -> list[dict[str, str]]:
        return [published_by(other) for other in others(activity)]

    def to_representation(self, instance: Activity) -> Any:
        return super().to_representation(instance) | measured(instance)


class FeatureSerializer(PropertiesSerializer, GeoFeatureModelSerializer):
    """A GeoJSON Feature (RFC 7946): its geometry is the Activity's own, or its area's shape, or null."""

    place = GeometrySerializerMethodField()

    class Meta:
        model = Activity
        geo_field = "place"
        id_field = "public_id"
        fields = ("public_id", "place", *PROPERTIES)

    def get_place(self, activity: Activity) -> GEOSGeometry | None:
        return shown_geometry(activity)

    def to_representation(self, instance: Activity) -> Any:
        feature = GeoFeatureModelSerializer.to_representation(self, instance)
        feature["properties"].update(measured(instance))
        return feature


def published_by(activity: Activity) -> dict[str, str]:
    """Who else publishes a thing: enough to credit it and to go there; the whole record is at `url`."""
    return {
        "source": activity.source.slug,
        "source_title": activity.source.title,
        "url": permanent_url(activity),
        "source_url": activity.source_url,
        "licence": activity.licence,
    }


def measured(activity: Activity) -> dict[str, float]:
    """`distance_m` in metres, where the question was asked from a point and the Activity is at one."""
    distance_m = getattr(activity, "distance_m", None)
    return {} if distance_m is None else {"distance_m": round(distance_m, 1)}


def shown_geometry(activity: Activity) -> GEOSGeometry | None:
    """Where an Activity is drawn: its own place, else the shape of its area, else nowhere. EPSG:4326."""
    shape: GEOSGeometry | None = activity.geometry
    if activity.area and activity.precision in AREAL:
        shape = activity.area.shape
    return shape
