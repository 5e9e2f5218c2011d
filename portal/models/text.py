"""The words of an Activity, prepared for full-text search."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from portal.models.activity import Activity


class ActivityText(models.Model):
    """Apart from the Activity, because stemming costs more than all the rest of storing it (see `portal/search.py`).

    stale: its texts changed since `vector` was made.
    """

    activity = models.OneToOneField(Activity, primary_key=True, on_delete=models.CASCADE, related_name="text")
    vector = SearchVectorField(default="")
    stale = models.BooleanField(default=True)

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="activity_text"),
            models.Index(fields=["activity"], name="activity_text_stale", condition=Q(stale=True)),
        ]

    def __str__(self) -> str:
        return str(self.activity_id)
