"""What a run read is compared with what is stored; only differences are written, in one transaction.

Nothing is ever removed here: a record that the source no longer lists stays, marked as missing.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from portal import search
from portal.models import Activity, Source
from portal.models.activity import public_id

BATCH = 1_000
IDENTITY = ["source", "source_record_id"]
KEPT = {
    "id", "public_id", "source", "source_record_id", "first_seen", "changed", "missing_since", "missing_runs",
    "last_listed", "removal", "content_hash",
}  # fmt: skip
CONTENT = [field for field in Activity._meta.concrete_fields if field.name not in KEPT]
CHANGED = [field.name for field in CONTENT] + ["content_hash", "changed"]


@dataclass
class Difference:
    """How many records were new, changed or the same, and how many stored ones were not listed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    missing: int = 0
    listed: set[str] = field(default_factory=set, compare=False)


def apply(source: Source, activities: Iterable[Activity], also_seen: Iterable[str], seen: datetime) -> Difference:
    """Store the activities of one run of one source, and when they were seen.

    `activities` are unsaved and have distinct `source_record_id`s; `also_seen` are ids that the
    source listed in records that could not be taken: their last good version stays.
    """
    difference = Difference()
    with transaction.atomic():
        for batch in _batches(activities):
            _write(source, batch, seen, difference)
        difference.missing = _mark_missing(source, {*also_seen, *difference.listed}, seen)
    search.refresh()
    return difference


def _mark_missing(source: Source, listed: set[str], seen: datetime) -> int:
    stored = Activity.objects.published().filter(source=source)
    stored.filter(source_record_id__in=listed, missing_since__isnull=False).update(missing_since=None, last_listed=None)
    missing = stored.exclude(source_record_id__in=listed)
    last = source.confirmed or seen
    missing.filter(missing_since__isnull=True).update(missing_since=seen, last_listed=last)
    count: int = missing.count()
    return count


def _batches(activities: Iterable[Activity]) -> Iterator[list[Activity]]:
    remaining = iter(activities)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _write(source: Source, batch: list[Activity], seen: datetime, difference: Difference) -> None:
    ids = [activity.source_record_id for activity in batch]
    rows = Activity.objects.filter(source=source, source_record_id__in=ids)
    stored = dict(rows.values_list("source_record_id", "content_hash"))
    created, updated, unchanged = [], [], []
    for activity in batch:
        activity.source, activity.content_hash = source, content_hash(activity)
        activity.public_id = public_id(source.uid, activity.source_record_id)
        activity.first_seen = activity.changed = seen
        known_hash = stored.get(activity.source_record_id)
        if known_hash is None:
            created.append(activity)
        elif known_hash != activity.content_hash:
            updated.append(activity)
        else:
            unchanged.append(activity.source_record_id)
    Activity.objects.bulk_create(created)
    Activity.objects.bulk_create(updated, update_conflicts=True, unique_fields=IDENTITY, update_fields=CHANGED)
    search.mark(rows.filter(source_record_id__in=[activity.source_record_id for activity in created + updated]))
    difference.created += len(created)
    difference.updated += len(updated)
    difference.unchanged += len(unchanged)
    difference.listed.update(ids)


def content_hash(activity: Activity) -> str:
    """SHA-256 of all that is published of a record, so that «the same» can be told without comparing."""
    content = {field.name: _plain(field.value_from_object(activity)) for field in CONTENT}
    return hashlib.sha256(json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.hexewkb.decode() if hasattr(value, "hexewkb") else value
