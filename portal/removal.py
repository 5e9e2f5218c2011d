"""How records leave, and how they come back: runs mark them, rules withdraw or hold them, persons decide.

Only a complete run concludes anything. What it does not list is missing; what was missing in two complete runs and
for seven days is withdrawn; but when too many are missing at once, or the run cannot be sure, nothing is withdrawn
and a Removal waits for a person. Whatever was withdrawn can be put back for thirty days. See docs/runs.md.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from portal import read, same
from portal.models import Activity, Rejection, Removal, Run, Source, Tombstone
from portal.querysets import ActivityQuerySet

MISSING_RUNS = 2
MISSING_FOR = timedelta(days=7)
MISSING_MIN = 5
"""So many may be missing at once, however small the source."""

KEPT_FOR = timedelta(days=30)
"""Withdrawn records can be put back for so long; then they are purged."""

BATCH = 1_000
PRESENT = {"missing_since": None, "missing_runs": 0, "last_listed": None, "withdrawn": None, "removal": None}
KEPT_BY_A_PERSON = (Removal.Status.DISMISSED, Removal.Status.UNDONE)


class NotPossible(ValueError):
    """A decision that comes too late or fits no more; its text says why."""


def lock(source: Source) -> None:
    """Until the transaction ends, no other run, decision, erasure or purge touches the records of the source."""
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)


def limit(source: Source, published: int) -> int:
    """How many of so many published records may be missing in one run before a person is asked."""
    return max(MISSING_MIN, published * source.removal_percent // 100)


def restore(run: Run, relisted: QuerySet[Activity]) -> None:
    """What the run lists is there, even if it was withdrawn; any run that is applied can tell that."""
    back = relisted.filter(withdrawn__isnull=False)
    run.restored = back.update(changed=run.started, **PRESENT)
    relisted.update(**PRESENT)


def mark(run: Run, missing: ActivityQuerySet) -> None:
    """Remember since when records are missing. For complete runs alone, after `restore`."""
    last = run.source.confirmed or run.started
    missing.filter(missing_since=None).update(missing_since=run.started, last_listed=last)


def conclude(run: Run, doubtful: bool = False) -> Removal | None:
    """After a complete run marked what is missing: withdraw what is due, or hold it; the Removal, if there is one.

    doubtful: some of what the run listed could not be told apart (lines without an id), so nothing goes by itself.
    """
    marked = Activity.objects.published().filter(source=run.source, missing_since__isnull=False)
    run.missing = marked.update(missing_runs=F("missing_runs") + 1)
    gone = marked.exclude(removal__status__in=KEPT_BY_A_PERSON)
    due = gone.filter(missing_runs__gte=MISSING_RUNS, missing_since__lte=run.started - MISSING_FOR)
    published = Activity.objects.published().filter(source=run.source).count() - run.created - run.restored
    if gone.count() > limit(run.source, published):
        return _hold(run, gone, published)
    if doubtful and due.exists():
        return _hold(run, due, published)
    _dissolve(run)
    return _withdraw(run, due, published)


def _hold(run: Run, activities: ActivityQuerySet, published: int) -> Removal:
    """One hold per source: a later run that finds the like brings it up to date."""
    found = {"run": run, "missing": activities.count(), "published": published}
    held, _created = Removal.objects.update_or_create(
        source=run.source,
        status=Removal.Status.HELD,
        defaults=found,
        create_defaults={**found, "opened": run.started},
    )
    held.activities.exclude(pk__in=activities.values("pk")).update(removal=None)
    activities.update(removal=held)
    return held


def _dissolve(run: Run) -> None:
    """What was held came back, or most of it: nobody needs to decide any more."""
    for held in Removal.objects.filter(source=run.source, status=Removal.Status.HELD):
        held.activities.update(removal=None)
        _decide(held, Removal.Status.DISMISSED, "", run.started)


def _withdraw(run: Run, due: ActivityQuerySet, published: int) -> Removal | None:
    if not (count := due.count()):
        return None
    done = Removal(source=run.source, run=run, status=Removal.Status.DONE, missing=count, published=published)
    done.opened = done.decided = run.started
    done.save()
    run.withdrawn = due.update(withdrawn=run.started, removal=done)
    return done


def affected(removal: Removal) -> QuerySet[Activity]:
    """The records that it would take off, or took off or kept, by title."""
    theirs = removal.activities.select_related("source").order_by("title", "pk")
    waiting = removal.status == Removal.Status.HELD
    return theirs.filter(withdrawn=None, missing_since__isnull=False) if waiting else theirs


def kept(sources: Iterable[Source]) -> dict[int, int]:
    """How many records of each source are missing and stay, because a person said so before; by the source's key."""
    missing = Activity.objects.published().filter(source__in=sources, missing_since__isnull=False)
    of_source = missing.filter(removal__status__in=KEPT_BY_A_PERSON).order_by().values_list("source")
    return dict(of_source.annotate(Count("pk")))


@transaction.atomic
def accept(removal: Removal, by: str) -> Removal:
    """Take the records off the site. Once or twice is the same; also after it was dismissed or undone.

    Raises NotPossible when none of its records is missing any more.
    """
    removal = _locked(removal)
    if removal.status == Removal.Status.DONE:
        return removal
    now = timezone.now()
    removal.missing = removal.activities.published().filter(missing_since__isnull=False).update(withdrawn=now)
    if not removal.missing:
        raise NotPossible(f"none of the records of removal {removal.pk} is missing any more")
    read.refresh()
    return _decide(removal, Removal.Status.DONE, by, now)


@transaction.atomic
def dismiss(removal: Removal, by: str) -> Removal:
    """Keep the records, though their source does not list them: they stay until it lists and drops them anew.

    Once or twice is the same. Raises NotPossible when they were withdrawn already: that can be undone.
    """
    removal = _locked(removal)
    if removal.status == Removal.Status.DONE:
        raise NotPossible(f"the records of removal {removal.pk} are withdrawn already: undo it")
    if removal.status == Removal.Status.HELD:
        _decide(removal, Removal.Status.DISMISSED, by, timezone.now())
    return removal


@transaction.atomic
def undo(removal: Removal, by: str) -> Removal:
    """Put the records back. Once or twice is the same.

    Raises NotPossible when nothing was withdrawn, or thirty days ago and more.
    """
    removal = _locked(removal)
    if removal.status == Removal.Status.UNDONE:
        return removal
    now = timezone.now()
    if removal.status != Removal.Status.DONE:
        raise NotPossible(f"removal {removal.pk} withdrew nothing")
    if not removal.decided or removal.decided <= now - KEPT_FOR:
        raise NotPossible(f"removal {removal.pk} is too old: its records were kept for {KEPT_FOR.days} days")
    removal.activities.filter(withdrawn__isnull=False).update(withdrawn=None, changed=now)
    read.refresh()
    return _decide(removal, Removal.Status.UNDONE, by, now)


def _locked(removal: Removal) -> Removal:
    lock(removal.source)
    return Removal.objects.select_related("source").get(pk=removal.pk)


def _decide(removal: Removal, status: Removal.Status, by: str, now: datetime) -> Removal:
    removal.status, removal.decided, removal.decided_by = status, now, by[:150]
    removal.save()
    return removal


def purge(source: Source) -> int:
    """Delete what was withdrawn thirty days ago and more; a tombstone of each answers «gone». How many."""
    old = Activity.objects.filter(source=source, withdrawn__lte=timezone.now() - KEPT_FOR)
    total = 0
    while batch := _purge_batch(source, old):
        total += batch
    return total


@transaction.atomic
def _purge_batch(source: Source, old: QuerySet[Activity]) -> int:
    batch = list(old.only("public_id", "source_id", "source_record_id", "kind")[:BATCH])
    if batch:
        lock(source)
        bury(old.filter(pk__in=[one.pk for one in batch]), Tombstone.Reason.ABSENT)
    return len(batch)


def bury(activities: Iterable[Activity], reason: Tombstone.Reason) -> None:
    """Delete records and put a tombstone in the place of each; of erased ones, what runs said of them goes too.

    Within a transaction: no list has them any more when it ends.
    """
    now, activities = timezone.now(), list(activities)
    stones = [
        Tombstone(
            public_id=one.public_id, source_id=one.source_id, source_record_id=one.source_record_id, kind=one.kind,
            reason=reason, gone=now,
        )
        for one in activities
    ]  # fmt: skip
    Tombstone.objects.bulk_create(
        stones, update_conflicts=True, unique_fields=["public_id"], update_fields=["reason", "gone", "kind"]
    )
    if reason == Tombstone.Reason.ERASED:
        for stone in stones:
            named = Rejection.objects.filter(run__source=stone.source_id, record_id=stone.source_record_id)
            named.delete()
    _delete(Activity.objects.filter(public_id__in=[stone.public_id for stone in stones]))
    read.refresh()


def _delete(activities: QuerySet[Activity]) -> None:
    with same.leaving(activities.values_list("pk", flat=True)):
        activities.delete()


@transaction.atomic
def erase(public_id: UUID) -> bool:
    """Delete a record for ever, because a person asked; False when there is none and was none.

    It is gone from pages, API, exports and search when this returns, and no harvest takes it again.
    """
    source = Source.objects.filter(
        Q(activities__public_id=public_id) | Q(tombstones__public_id=public_id),
    ).first()
    if source is None:
        return False
    lock(source)
    bury(Activity.objects.filter(public_id=public_id), Tombstone.Reason.ERASED)
    Tombstone.objects.filter(public_id=public_id).update(reason=Tombstone.Reason.ERASED)
    return True


def erased_ids(source: Source) -> set[str]:
    """The ids of records that were erased on demand: they are never taken again."""
    erased = Tombstone.objects.filter(source=source, reason=Tombstone.Reason.ERASED)
    return set(erased.values_list("source_record_id", flat=True))


def respect_tombstones(source: Source) -> list[str]:
    """After a run was applied, in its transaction: the ids of records that were erased while it was under way.

    They are deleted again. A record that was purged and is back loses its tombstone.
    """
    here = Activity.objects.filter(source=source)
    stones = Tombstone.objects.filter(source=source)
    erased = here.filter(source_record_id__in=stones.filter(reason=Tombstone.Reason.ERASED).values("source_record_id"))
    ids = list(erased.values_list("source_record_id", flat=True))
    if ids:
        _delete(erased)
    back = Q(source_record_id__in=here.values("source_record_id"))
    stones.filter(back, reason=Tombstone.Reason.ABSENT).delete()
    return ids
