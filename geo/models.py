"""Places that have a name: communes, districts, provinces, regions, countries."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.translation import get_language


class Level(models.TextChoices):
    """How large an Area is, from the widest to the narrowest."""

    COUNTRY = "country"
    REGION = "region"
    PROVINCE = "province"
    COMMUNE = "commune"
    DISTRICT = "district"
    PLACE = "place"


class Area(models.Model):
    """A named piece of the world with its code, population and, where known, its outline.

    Coordinates are longitude-latitude in EPSG:4326. `shape` is what is drawn and compared:
    the outline where one was loaded, else a circle of `radius_m` metres around `centre`.
    """

    code = models.CharField(max_length=40, unique=True)
    level = models.CharField(max_length=10, choices=Level)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    names = models.JSONField(default=dict, help_text="Name by language, where it differs from `name`.")
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="parts")
    population = models.PositiveIntegerField(null=True)
    population_year = models.PositiveSmallIntegerField(null=True)
    centre = models.PointField(srid=4326)
    radius_m = models.PositiveIntegerField(help_text="Radius of the circle drawn when there is no outline.")
    outline = models.MultiPolygonField(srid=4326, null=True, spatial_index=False)
    shape = models.GeometryField(srid=4326, spatial_index=False)
    source = models.CharField(max_length=200, help_text="Attribution as the licence asks for it.")
    licence = models.CharField(max_length=60)

    class Meta:
        indexes = [
            GistIndex(fields=["shape"], name="area_shape"),
            models.Index(fields=["country", "level"], name="area_country_level"),
            models.Index(fields=["-population"], name="area_population"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="area_has_code"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(licence=""), name="area_has_source_and_licence"),
            models.CheckConstraint(condition=Q(radius_m__gt=0), name="area_has_size"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return str(self.names.get(get_language() or "fr", self.name))


class AreaName(models.Model):
    """One way to find an Area: a name, an alias or a postcode, folded for prefix search.

    `key` is lower case, without accents, punctuation as single spaces (`geo.names.fold`).
    `weight` says how likely it is that who types the beginning of the key means this Area
    (`geo.gazetteer`); the short beginnings have an index of their own, ordered by it.
    """

    class Kind(models.TextChoices):
        NAME = "name"
        ALIAS = "alias"
        POSTCODE = "postcode"

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="keys", db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    weight = models.FloatField(default=0)

    class Meta:
        indexes = [
            models.Index(OpClass("key", name="varchar_pattern_ops"), name="areaname_prefix"),
            models.Index(Left("key", 1), F("weight").desc(), name="areaname_first_letter"),
            models.Index(Left("key", 2), F("weight").desc(), name="areaname_two_letters"),
            models.Index(Left("key", 3), F("weight").desc(), name="areaname_three_letters"),
            GinIndex(OpClass("key", name="gin_trgm_ops"), name="areaname_trigrams"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["area", "key", "kind"], name="areaname_once"),
        ]

    def __str__(self) -> str:
        return self.key
