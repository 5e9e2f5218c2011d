"""Erasing records because a person asked: nothing of them stays but the ids that keep them from coming back."""

from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from portal import removal
from portal.models import Activity, Tombstone


def erase(activities: QuerySet[Activity]) -> int:
    """Delete the records and leave a tombstone for each; how many there were."""
    chosen = list(activities.select_related("source").order_by("source"))
    with transaction.atomic():
        for source, of_source in groupby(chosen, key=lambda activity: activity.source):
            removal.lock(source)
            removal.bury(of_source, Tombstone.Reason.ERASED)
    return len(chosen)
