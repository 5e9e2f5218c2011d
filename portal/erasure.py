"""Erasing records because a person asked: nothing of them stays but the ids that keep them from coming back."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.models import Activity, Tombstone


def erase(activities: QuerySet[Activity]) -> int:
    """Delete the records and leave a tombstone for each; how many there were."""
    now = timezone.now()
    with transaction.atomic():
        found = list(
            activities.select_for_update(of=("self",)).values_list("public_id", "source", "source_record_id", "kind")
        )
        stones = [
            Tombstone(
                public_id=public_id,
                source_id=source,
                source_record_id=record_id,
                kind=kind,
                reason=Tombstone.Reason.ERASED,
                gone=now,
            )
            for public_id, source, record_id, kind in found
        ]
        Tombstone.objects.bulk_create(
            stones, update_conflicts=True, unique_fields=["public_id"], update_fields=["reason", "gone"]
        )
        Activity.objects.filter(public_id__in=[stone.public_id for stone in stones]).delete()
    return len(stones)
