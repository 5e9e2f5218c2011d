"""What a run brings, before it is applied: temporary tables of its own connection (see `portal/staging.py`)."""

from django.db import models

from portal.models.content import ActivityContent


class Listed(models.Model):
    """A record that the run listed, whether it changed or not.

    point, address: keys of where it is, to find what too many share; "" when it has no pin.
    """

    record_id = models.CharField(max_length=300, primary_key=True)
    point = models.TextField()
    address = models.TextField()

    class Meta:
        managed = False
        db_table = "stage_listed"

    def __str__(self) -> str:
        return self.record_id


class Staged(ActivityContent):
    """The new version of a record that is new or differs from what is stored."""

    area = None  # a key to a model would make every deletion of Areas look here, where there is no table
    area_id = models.BigIntegerField(null=True)
    source_record_id = models.CharField(max_length=300, primary_key=True)
    public_id = models.UUIDField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "stage_activity"

    def __str__(self) -> str:
        return self.title
