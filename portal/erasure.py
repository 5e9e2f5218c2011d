"""Erasing records because a person asked: nothing of them stays but the ids that keep them from coming back."""

from django.db import transaction
from django.db.models import QuerySet

from portal import removal
from portal.models import Activity, Source, Tombstone


def erase(activities: QuerySet[Activity]) -> int:
    """Delete the records and leave a tombstone for each; how many there were."""
    chosen = list(activities)
    with transaction.atomic():
        for source in Source.objects.filter(pk__in={one.source_id for one in chosen}).order_by("pk"):
            removal.lock(source)  # all of them before anything else is locked, always in the same order
        removal.bury(chosen, Tombstone.Reason.ERASED)
    return len(chosen)
