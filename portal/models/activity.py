"""One civic thing: an initiative, a project or a mission."""

import uuid
from datetime import datetime

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, FloatField, Func, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from geo.models import Area
from portal.models.source import Source
from portal.querysets import ActivityQuerySet
from portal.vocabularies import AREAL, LOCATED, PLACELESS, Kind, Precision, Remote, Rhythm, Status


def public_id(source_uid: str, record_id: str) -> uuid.UUID:
    """The id of a record, the same for ever and on every instance that harvests it (RFC 9562, version 5)."""
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, source_uid), record_id)


def _edge(function: str) -> Func:
    return Func(F("geometry"), function=function, output_field=FloatField())


ON_EARTH = Q(geometry__isnull=True) | (
    Q(GreaterThanOrEqual(_edge("ST_XMin"), -180.0))
    & Q(LessThanOrEqual(_edge("ST_XMax"), 180.0))
    & Q(GreaterThanOrEqual(_edge("ST_YMin"), -90.0))
    & Q(LessThanOrEqual(_edge("ST_YMax"), 90.0))
)

PLACE_FITS_PRECISION = (
    Q(precision__in=LOCATED, geometry__isnull=False)
    | Q(precision__in=AREAL, geometry__isnull=True, area__isnull=False)
    | Q(precision__in=PLACELESS, geometry__isnull=True)
)


class Activity(models.Model):
    """One civic thing, as its Source tells it.

    `geometry` (EPSG:4326, any type) is only ever the thing's own place. What concerns a whole
    commune or district has an `area` and no geometry: we never invent a point.
    Texts are cleaned and safe to show; `source_record_id`, `status_source` and `themes_source`
    are the source's own words.
    """

    public_id = models.UUIDField(unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="activities")
    source_record_id = models.CharField(max_length=300)
    source_url = models.URLField(max_length=2000, help_text="The record at its source, else the dataset's page.")
    licence = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)

    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=400, blank=True)
    description = models.TextField(blank=True, help_text="Plain text; blank lines separate paragraphs.")
    lang = models.CharField(max_length=5)
    themes = ArrayField(models.CharField(max_length=20), default=list)
    themes_source = ArrayField(models.CharField(max_length=300), default=list)
    organisation = models.CharField(max_length=300, blank=True)
    organisation_id = models.CharField(max_length=80, blank=True)
    image = models.URLField(max_length=2000, blank=True)
    website = models.URLField(max_length=2000, blank=True)
    join_url = models.URLField(max_length=2000, blank=True, help_text="Where one signs up.")

    geometry = models.GeometryField(srid=4326, null=True, blank=True, spatial_index=False)
    precision = models.CharField(max_length=10, choices=Precision)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)

    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True, help_text="Null with `starts` set: goes on.")
    deadline = models.DateTimeField(null=True, blank=True)
    opening_hours = models.CharField(max_length=500, blank=True, help_text="OpenStreetMap syntax.")

    status = models.CharField(max_length=15, choices=Status, default=Status.UNKNOWN)
    status_source = models.CharField(max_length=100, blank=True)
    edition = models.PositiveSmallIntegerField(null=True, blank=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    votes = models.PositiveIntegerField(null=True, blank=True)
    stages = models.JSONField(default=list, help_text='[{"stage": status, "date": "YYYY[-MM[-DD]]"}] in order.')
    parent_record_id = models.CharField(max_length=300, blank=True, help_text="The idea or project this belongs to.")

    places = models.PositiveIntegerField(null=True, blank=True, help_text="Null: not known.")
    rhythm = models.CharField(max_length=30, choices=Rhythm, blank=True)
    schedule = models.CharField(max_length=200, blank=True, help_text="The source's own words on when.")
    remote = models.CharField(max_length=10, choices=Remote, default=Remote.NO)
    open_to_minors = models.BooleanField(null=True, blank=True)
    reduced_mobility = models.BooleanField(null=True, blank=True)
    skills = ArrayField(models.CharField(max_length=200), default=list)

    data_date = models.DateField(null=True, blank=True, help_text="The datum's own date.")
    source_modified = models.DateTimeField(null=True, blank=True, help_text="The source's «modified» stamp.")
    first_seen = models.DateTimeField()
    changed = models.DateTimeField(help_text="When what we publish last changed.")
    missing_since = models.DateTimeField(
        null=True, blank=True, help_text="Start of the first complete run in a row that did not list it."
    )
    missing_runs = models.PositiveSmallIntegerField(default=0, help_text="Complete runs in a row that did not list it.")
    last_listed = models.DateTimeField(null=True, blank=True, help_text="While missing: when it was last listed.")
    withdrawn = models.DateTimeField(null=True, blank=True)
    removal = models.ForeignKey(
        "Removal",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="activities",
        help_text="What took it off the site.",
    )

    content_hash = models.CharField(max_length=64)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        ordering = ["public_id"]
        indexes = [
            GistIndex(fields=["geometry"], name="activity_geometry"),
            GinIndex(fields=["themes"], name="activity_themes"),
            models.Index(fields=["source"], name="activity_missing", condition=Q(missing_since__isnull=False)),
            models.Index(fields=["kind", "public_id"], name="activity_kind"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_record_id"], name="activity_once_per_source"),
            models.CheckConstraint(condition=~Q(source_record_id=""), name="activity_has_record_id"),
            models.CheckConstraint(condition=~Q(licence="") & ~Q(source_url=""), name="activity_has_licence_and_url"),
            models.CheckConstraint(condition=~Q(title=""), name="activity_has_title"),
            models.CheckConstraint(condition=ON_EARTH, name="activity_on_earth"),
            models.CheckConstraint(condition=PLACE_FITS_PRECISION, name="activity_place_fits_precision"),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0) & ~Q(currency=""),
                name="activity_money_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(starts__isnull=True) | Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="activity_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_seen(self) -> datetime:
        """When its source was last known to list it.

        A complete run that finds nothing new writes nothing here: it moves its source's `confirmed`.
        """
        if self.missing_since:
            return self.last_listed or self.changed
        return max(self.changed, self.source.confirmed or self.changed)
