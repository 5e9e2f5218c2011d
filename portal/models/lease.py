"""Who harvests a Source now: one at a time, however many machines there are."""

from django.db import models

from portal.models.run import Run
from portal.models.source import Source


class Lease(models.Model):
    """The right to harvest one Source, kept alive by a heartbeat and taken over when that stops.

    token: new with each taking; whoever applies a run checks that it is still theirs.
    """

    source = models.OneToOneField(Source, primary_key=True, on_delete=models.CASCADE, related_name="lease")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="+")
    token = models.UUIDField()
    holder = models.CharField(max_length=200, help_text="Machine and process.")
    taken = models.DateTimeField()
    beat = models.DateTimeField(help_text="Last sign of life, by the database's clock.")

    def __str__(self) -> str:
        return f"{self.source.slug}: {self.holder}"
