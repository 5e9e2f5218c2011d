"""What a source tells of a record: all that is published of it but where it came from and when we saw it."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.utils.translation import gettext_lazy as _

from geo.models import Area
from portal.vocabularies import Kind, Precision, Remote, Rhythm, Status


class ActivityContent(models.Model):
    """The columns that an Activity and its staged new version share.

    `geometry` (EPSG:4326, any type) is only ever the thing's own place. What concerns a whole
    commune or district has an `area` and no geometry: we never invent a point.
    Texts are cleaned and safe to show; `status_source` and `themes_source` are the source's own words.
    """

    source_url = models.URLField(max_length=2000, help_text="The record at its source, else the dataset's page.")
    licence = models.CharField(max_length=200)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)

    title = models.CharField(_("titre"), max_length=300)
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
    precision = models.CharField(_("précision du lieu"), max_length=10, choices=Precision)
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

    via = ArrayField(
        models.URLField(max_length=2000),
        default=list,
        help_text="Its pages on the sites like this one that it came through, the first publisher's first.",
    )
    data_date = models.DateField(null=True, blank=True, help_text="The datum's own date.")
    source_modified = models.DateTimeField(null=True, blank=True, help_text="The source's «modified» stamp.")

    class Meta:
        abstract = True
