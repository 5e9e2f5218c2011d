"""Keeping the clusters right: after a run for what changed, after a decision for the two, or for all at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from portal import read
from portal.models import Activity, Cluster, Decision, Likeness, Membership, Source
from portal.same import records, traces
from portal.same.clusters import Alike, clusters
from portal.same.score import score

BATCH = 500
PAIRS = 2_000
"""So many are scored between two questions to the database, which gives up on who is silent in a transaction: of the
longest texts, that is twenty seconds."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('portal.same', 0))"


def update(source: Source | None = None, changed_ids: Iterable[int] | None = None) -> int:
    """Compare the records that changed since they were last compared; how many there were.

    Without `changed_ids` (primary keys) they are found, those of `source` or all: what a killed process left undone
    is done by the next one.
    """
    waiting = iter(list(traces.pending(source)) if changed_ids is None else changed_ids)
    count = 0
    while batch := list(islice(waiting, BATCH)):
        _compare(batch)
        count += len(batch)
    return count


def rebuild() -> int:
    """Compare all records anew, as after a change of the comparison itself; decisions stay."""
    return update(changed_ids=list(Activity.objects.order_by("pk").values_list("pk", flat=True)))


def decide(left: Activity, right: Activity, *, same: bool, by: str = "") -> Decision:
    """A person says that two records are one thing, or are not. The last word counts, and it outlives runs."""
    first, second = sorted((left.public_id, right.public_id))
    with transaction.atomic():
        _lock()
        decision, _created = Decision.objects.update_or_create(
            left=first, right=second, defaults={"same": same, "by": by}
        )
        _regroup({left.pk, right.pk})
        read.refresh()
    return decision


def withdraw_decision(left: Activity, right: Activity) -> bool:
    """Let the comparison decide again; whether there was a decision."""
    first, second = sorted((left.public_id, right.public_id))
    with transaction.atomic():
        _lock()
        deleted, _per_model = Decision.objects.filter(left=first, right=second).delete()
        _regroup({left.pk, right.pk})
        read.refresh()
    return bool(deleted)


def explain(left: Activity, right: Activity) -> list[tuple[str, str, float]]:
    """What was compared, what came out in words, and its points; whether the two were ever candidates or not."""
    told = records.told({left.pk, right.pk})
    return [(reason.what, reason.words, reason.points) for reason in score(told[left.pk], told[right.pk]).reasons]


@contextmanager
def leaving(activity_ids: Iterable[int]) -> Iterator[None]:
    """Around the deletion of records, within a transaction: nobody compares them meanwhile.

    What only they held together is grouped anew. Whoever locks sources too does it first.
    """
    gone = set(activity_ids)
    _lock()
    theirs = set(Membership.objects.filter(pk__in=gone).values_list("cluster", flat=True))
    near = _neighbours(gone, set()) - gone
    yield
    if near:
        _regroup(near)
    Cluster.objects.filter(pk__in=theirs, memberships=None).delete()


@transaction.atomic
def _compare(activity_ids: list[int]) -> None:
    _lock()
    touching = Q(left__in=activity_ids) | Q(right__in=activity_ids)
    touched = {pk for pair in Likeness.objects.filter(touching).values_list("left", "right") for pk in pair}
    Likeness.objects.filter(touching).delete()
    traces.renew(activity_ids)
    found = list(_likenesses(activity_ids))
    Likeness.objects.bulk_create(found)
    touched.update(activity_ids, *((one.left_id, one.right_id) for one in found))
    _regroup(touched)
    read.refresh()


def _likenesses(activity_ids: list[int]) -> Iterator[Likeness]:
    pairs = iter(sorted(traces.candidates(activity_ids)))
    while some := list(islice(pairs, PAIRS)):
        told = records.told({pk for pair in some for pk in pair})
        for left, right in some:
            result = score(told[left], told[right])
            if result.accepted:
                reasons = [[reason.what, reason.words, reason.points] for reason in result.reasons]
                yield Likeness(left_id=left, right_id=right, points=result.points, reasons=reasons)


def _regroup(touched: set[int]) -> None:
    """Group anew all that hangs together with these records, and nothing else."""
    activities = _connected(touched)
    by_public = {activity.public_id: activity for activity in activities.values()}
    published = {one.public_id: one.source_id for one in activities.values() if not one.withdrawn}
    alike = [
        Alike(activities[left].public_id, activities[right].public_id, points)
        for left, right, points in Likeness.objects.filter(left__in=activities, right__in=activities).values_list(
            "left", "right", "points"
        )
    ]
    decided = list(_decisions(set(by_public)))
    together = [(one.left, one.right) for one in decided if one.same]
    apart = [(one.left, one.right) for one in decided if not one.same]
    found = clusters(published, alike, together, apart)
    _write(set(activities), [[by_public[public_id] for public_id in group] for group in found])


def _connected(activity_ids: set[int]) -> dict[int, Activity]:
    """These records and all that likenesses, decisions and clusters join to them."""
    known: dict[int, Activity] = {}
    new = set(activity_ids)
    while new:
        known |= Activity.objects.select_related("source").in_bulk(new)
        new = _neighbours(new, {known[pk].public_id for pk in new if pk in known}) - set(known) - new
    return known


def _neighbours(activity_ids: set[int], public_ids: set[UUID]) -> set[int]:
    alike = Likeness.objects.filter(Q(left__in=activity_ids) | Q(right__in=activity_ids)).values_list("left", "right")
    shared = Membership.objects.filter(cluster__memberships__activity__in=activity_ids).values_list("pk", flat=True)
    named = {public for one in _decisions(public_ids) if one.same for public in (one.left, one.right)}
    decided = Activity.objects.filter(public_id__in=named).values_list("pk", flat=True)
    return {pk for pair in alike for pk in pair} | set(shared) | set(decided)


def _decisions(public_ids: set[UUID]) -> Iterable[Decision]:
    return Decision.objects.filter(Q(left__in=public_ids) | Q(right__in=public_ids))


def _write(activity_ids: set[int], groups: list[list[Activity]]) -> None:
    """Write the groups; a cluster keeps its id as long as it keeps the record that has it by its lowest id."""
    before = dict(Membership.objects.filter(pk__in=activity_ids).values_list("pk", "cluster"))
    Membership.objects.filter(pk__in=activity_ids).delete()
    taken: set[int] = set()
    for group in groups:
        kept = sorted({before[one.pk] for one in group if one.pk in before} - taken)
        cluster_id = kept[0] if kept else Cluster.objects.create().pk
        taken.add(cluster_id)
        ordered = sorted(group, key=records.rank)
        Membership.objects.bulk_create(
            Membership(activity=one, cluster_id=cluster_id, place=place) for place, one in enumerate(ordered)
        )
    Cluster.objects.filter(pk__in=set(before.values()) - taken).delete()


def _lock() -> None:
    """One at a time: two runs may touch the two ends of one likeness."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
