"""One civic thing: an initiative, a project or a mission."""

import uuid
from datetime import datetime
from functools import lru_cache

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import F, FloatField, Func, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from portal.models.content import ActivityContent
from portal.models.source import Source
from portal.querysets import ActivityQuerySet
from portal.vocabularies import AREAL, LOCATED, PLACELESS


def public_id(source_uid: str, record_id: str) -> uuid.UUID:
    """The id of a record, the same for ever and on every instance that harvests it (RFC 9562, version 5)."""
    return uuid.uuid5(_namespace(source_uid), record_id)


@lru_cache(maxsize=64)
def _namespace(source_uid: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, source_uid)


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


class Activity(ActivityContent):
    """One civic thing: what its Source tells of it (`ActivityContent`), and what we know of its life here."""

    public_id = models.UUIDField(unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="activities")
    source_record_id = models.CharField(max_length=300)

    first_seen = models.DateTimeField()
    changed = models.DateTimeField(_("changée ici"), help_text="When what we publish last changed.")
    missing_since = models.DateTimeField(
        null=True, blank=True, help_text="Start of the first complete run in a row that did not list it."
    )
    missing_runs = models.PositiveSmallIntegerField(default=0, help_text="Complete runs in a row that did not list it.")
    last_listed = models.DateTimeField(null=True, blank=True, help_text="While missing: when it was last listed.")
    withdrawn = models.DateTimeField(_("retirée"), null=True, blank=True)
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
        verbose_name = _("fiche")
        verbose_name_plural = _("fiches")
        ordering = ["public_id"]
        indexes = [
            GistIndex(fields=["geometry"], name="activity_geometry"),
            GinIndex(fields=["themes"], name="activity_themes"),
            models.Index(fields=["source"], name="activity_missing", condition=Q(missing_since__isnull=False)),
            models.Index(
                fields=["source", "withdrawn"], name="activity_withdrawn", condition=Q(withdrawn__isnull=False)
            ),
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
