"""The wide table as it is, seen by somebody who did not make it."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField


class Words(ArrayField):
    """A list of words, whatever their length."""

    def __init__(self, **options: object) -> None:
        options.pop("base_field", None)
        super().__init__(models.CharField(max_length=2_000), **options)


class Activity(models.Model):
    """Columns that the product publishes; what it takes from other tables (publisher, area) is left out."""

    public_id = models.UUIDField()
    source_id = models.BigIntegerField()
    source_record_id = models.TextField()
    source_url = models.TextField()
    licence = models.TextField()
    kind = models.TextField()
    title = models.TextField()
    summary = models.TextField()
    description = models.TextField()
    lang = models.TextField()
    themes = Words()
    themes_source = Words()
    organisation = models.TextField()
    organisation_id = models.TextField()
    image = models.TextField()
    website = models.TextField()
    join_url = models.TextField()
    geometry = models.GeometryField(srid=4326, null=True)
    precision = models.TextField()
    area_id = models.BigIntegerField(null=True)
    address = models.TextField()
    postal_code = models.TextField()
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    opening_hours = models.TextField()
    status = models.TextField()
    status_source = models.TextField()
    edition = models.SmallIntegerField(null=True)
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.TextField()
    votes = models.IntegerField(null=True)
    stages = models.JSONField()
    parent_record_id = models.TextField()
    places = models.IntegerField(null=True)
    rhythm = models.TextField()
    schedule = models.TextField()
    remote = models.TextField()
    open_to_minors = models.BooleanField(null=True)
    reduced_mobility = models.BooleanField(null=True)
    skills = Words()
    via = Words()
    data_date = models.DateField(null=True)
    source_modified = models.DateTimeField(null=True)
    first_seen = models.DateTimeField()
    changed = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "portal_activity"

    def __str__(self) -> str:
        return str(self.title)
