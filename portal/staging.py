"""What a run brings is staged, compared and applied: only differences are written, in one transaction.

A batch sends the ids and content hashes of its records; the database says which of them are new or
differ, and only those follow, by COPY. So a nightly run of a source where nothing changed writes not
one row. The staged rows live in temporary tables of this connection: a run that dies leaves nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Self

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.models import Activity, Listed, Source, Staged
from portal.models.activity import public_id
from portal.querysets import ActivityQuerySet
from portal.staged_rows import CONTENT, Values, copied, digest, values
from portal.staging_sql import (
    CHANGED_TEXTS,
    COMPARE,
    COPY,
    CREATE_LISTED,
    CREATE_STAGED,
    CROWDED,
    DROP,
    DROP_TEXTS,
    INDEX_STAGED,
    LIST,
    MARK_TEXTS,
    UPSERT,
)
from portal.vocabularies import AREAL, LOCATED

BATCH = 2_000
"""Records of one message to the database: enough to hide its latency, little enough for any memory."""

PlaceKeys = Callable[[Activity], tuple[str, str]]


class Row(NamedTuple):
    """A record as it is compared and stored."""

    id: str
    hash: str
    point: str
    address: str
    content: Values


@dataclass(frozen=True)
class Difference:
    """How many records were new, changed or the same."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


def no_keys(_activity: Activity) -> tuple[str, str]:
    """For sources whose points and addresses are all their own."""
    return "", ""


class Stage:
    """The records of one run of one source. One at a time per connection; use it in a `with`.

    `place_keys` gives the point and the address of a pin as keys, so that those that many share are found again.
    """

    def __init__(self, source: Source, place_keys: PlaceKeys = no_keys) -> None:
        self.source = source
        self.place_keys = place_keys
        self.taken = 0

    def __enter__(self) -> Self:
        _execute(DROP)
        _execute(CREATE_LISTED)
        _execute(CREATE_STAGED)
        _execute(INDEX_STAGED)
        return self

    def __exit__(self, *_: object) -> None:
        if connection.is_usable() and not connection.needs_rollback:
            _execute(DROP)

    def add(self, activities: Iterable[Activity]) -> list[int]:
        """Stage unsaved Activities; give the positions, from 0, of those whose id came before in this run."""
        twice, start = [], 0
        for batch in _batches(activities):
            twice += [start + place for place in self._add(batch)]
            start += len(batch)
        return twice

    def listed(self, record_ids: Iterable[str]) -> None:
        """Say that the source listed these records too, though they could not be taken: what is stored stays."""
        _execute(LIST, {"ids": [record_id for record_id in record_ids if record_id]})

    def crowded(self, limit: int) -> Iterator[tuple[Activity, int]]:
        """The records whose pin stands at a point or address of at least `limit` of them, and of how many."""
        with connection.cursor() as cursor:
            cursor.execute(CROWDED, {"limit": limit})
            many = dict(cursor.fetchall())
        for activity in self._newest(list(many)):
            yield activity, many[activity.source_record_id]

    def once_areal(self) -> Iterator[tuple[Activity, Activity]]:
        """Staged records with a pin that are stored as concerning an area: the new version and the stored one."""
        pinned = Staged.objects.filter(precision__in=LOCATED).values("pk")
        stored = Activity.objects.filter(source=self.source, precision__in=AREAL, source_record_id__in=pinned)
        ids = list(stored.values_list("source_record_id", flat=True))
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            before = {activity.source_record_id: activity for activity in self._stored(some)}
            for activity in self._newest(some):
                yield activity, before[activity.source_record_id]

    def replace(self, activities: Iterable[Activity]) -> None:
        """Stage other versions of records that were added before; one that equals the stored version is dropped."""
        for batch in _batches(activities):
            ids = [activity.source_record_id for activity in batch]
            Staged.objects.filter(pk__in=ids).delete()
            known = dict(self._stored(ids).values_list("source_record_id", "content_hash"))
            rows = [self._row(activity) for activity in batch]
            self._copy(row for row in rows if known.get(row.id) != row.hash)

    def missing(self) -> ActivityQuerySet:
        """Published records of the source that the run did not list."""
        return Activity.objects.published().filter(~_is_listed(), source=self.source)

    def relisted(self) -> QuerySet[Activity]:
        """Records that the run lists again after they were missing or withdrawn."""
        gone = Q(missing_since__isnull=False) | Q(withdrawn__isnull=False)
        return Activity.objects.filter(gone, _is_listed(), source=self.source)

    def differing(self) -> QuerySet[Activity]:
        """After `apply`: the records that it wrote."""
        staged = Staged.objects.filter(pk=OuterRef("source_record_id"))
        return Activity.objects.filter(Exists(staged), source=self.source)

    @transaction.atomic
    def apply(self, now: datetime) -> Difference:
        """Write what differs. The vectors of changed texts are made afterwards, by `search.refresh()`."""
        parameters: dict[str, Any] = {"source": self.source.pk, "now": now}
        for statement in (DROP_TEXTS, "ANALYZE stage_listed", "ANALYZE stage_activity"):
            _execute(statement)
        _execute(CHANGED_TEXTS, parameters)
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, parameters)
            created, updated = cursor.fetchone()
        _execute(MARK_TEXTS, parameters)
        return Difference(created, updated, self.taken - created - updated)

    def _add(self, batch: list[Activity]) -> list[int]:
        rows: dict[str, Row] = {}
        twice = set()
        for place, activity in enumerate(batch):
            if activity.source_record_id in rows:
                twice.add(place)
            else:
                rows[activity.source_record_id] = self._row(activity)
        fresh, differing = self._compare(rows)
        twice |= {place for place, activity in enumerate(batch) if activity.source_record_id not in fresh}
        self.taken += len(fresh)
        self._copy(rows[record_id] for record_id in differing)
        return sorted(twice)

    def _compare(self, rows: dict[str, Row]) -> tuple[Collection[str], list[str]]:
        """The records that are met for the first time in this run, and those of them that differ from the stored."""
        batch = [{"id": row.id, "hash": row.hash, "point": row.point, "address": row.address} for row in rows.values()]
        told: dict[str, Any] = {"batch": orjson.dumps(batch).decode(), "source": self.source.pk, "size": len(batch)}
        with connection.cursor() as cursor:
            cursor.execute(COMPARE, told)
            fresh, differing = cursor.fetchone()
        return rows if fresh is None else set(fresh), differing or []

    def _row(self, activity: Activity) -> Row:
        content = values(activity)
        return Row(activity.source_record_id, digest(content), *self.place_keys(activity), content)

    def _copy(self, rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row((row.id, public_id(self.source.uid, row.id), row.hash, *copied(row.content)))

    def _newest(self, record_ids: list[str]) -> Iterator[Activity]:
        """The newest version of records: the staged one, else the stored one, which then is the same."""
        for start in range(0, len(record_ids), BATCH):
            ids = record_ids[start : start + BATCH]
            newest = {activity.source_record_id: activity for activity in self._stored(ids)}
            newest |= {staged.pk: self._activity(staged) for staged in Staged.objects.filter(pk__in=ids)}
            yield from newest.values()

    def _stored(self, record_ids: list[str]) -> ActivityQuerySet:
        return Activity.objects.filter(source=self.source, source_record_id__in=record_ids)

    def _activity(self, staged: Staged) -> Activity:
        content = {field.attname: getattr(staged, field.attname) for field in CONTENT}
        return Activity(source=self.source, source_record_id=staged.pk, **content)


def _is_listed() -> Exists:
    return Exists(Listed.objects.filter(record_id=OuterRef("source_record_id")))


def _batches(activities: Iterable[Activity]) -> Iterator[list[Activity]]:
    remaining = iter(activities)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _execute(statement: str, parameters: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
