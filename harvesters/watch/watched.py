"""What is known of each source, in as many queries for a hundred of them as for one."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, QuerySet
from django.utils import timezone

from harvesters.runs import schedule
from harvesters.watch import state
from portal import removal
from portal.models import Activity, Lease, Removal, Run, Source
from portal.vocabularies import Precision

RECENT = 30


@dataclass
class Watched:
    """A source with what became of its harvests. `runs`: those that ended, newest first, at most thirty."""

    source: Source
    now: datetime
    runs: list[Run] = field(default_factory=list)
    precisions: dict[str, int] = field(default_factory=dict)
    held: Removal | None = None
    kept: int = 0
    """Where a removal is held: so many more are missing that a person kept before."""
    under_way: bool = False

    @property
    def last(self) -> Run | None:
        return self.runs[0] if self.runs else None

    @property
    def complete(self) -> Run | None:
        """The last complete run among the recent ones."""
        return next((run for run in self.runs if run.status == Run.Status.COMPLETE), None)

    @cached_property
    def state(self) -> state.State:
        return state.judge(self.source, self.last, self.now)

    @property
    def late(self) -> bool:
        return state.is_late(self.source, self.now)

    @property
    def age(self) -> timedelta | None:
        """Since the start of the last complete run."""
        return self.now - self.source.confirmed if self.source.confirmed else None

    @property
    def period(self) -> timedelta | None:
        return schedule.period(self.source)

    @property
    def published(self) -> int:
        return sum(self.precisions.values())

    @property
    def by_precision(self) -> list[tuple[Precision, int]]:
        """From a door to nothing, what there is of each."""
        return [(each, self.precisions[each]) for each in Precision if each in self.precisions]


def watched(sources: QuerySet[Source], now: datetime | None = None) -> list[Watched]:
    """Those that want a look first, then by title."""
    now = now or timezone.now()
    found = {source.pk: Watched(source, now) for source in sources.annotate(recent=ArraySubquery(_recent()))}
    ids = [pk for each in found.values() for pk in each.source.recent]  # type: ignore[attr-defined]  # annotated above
    for run in Run.objects.filter(pk__in=ids).defer("notes"):
        found[run.source_id].runs.append(run)
    for source_id, counts in _precisions(list(found)).items():
        found[source_id].precisions = counts
    for held in Removal.objects.filter(source__in=found, status=Removal.Status.HELD):
        found[held.source_id].held = held
    for source_id, count in removal.kept(each.source for each in found.values() if each.held).items():
        found[source_id].kept = count
    alive = now - timedelta(seconds=settings.LEASE_S)
    for source_id in Lease.objects.filter(source__in=found, beat__gt=alive).values_list("source", flat=True):
        found[source_id].under_way = True
    return sorted(found.values(), key=lambda each: (state.ORDER.index(each.state.level), each.source.title))


def _recent() -> QuerySet[Run, Any]:
    """The keys of a source's last runs that ended: found by an index, however many years of runs there are."""
    ended = Run.objects.filter(source=OuterRef("pk")).exclude(status=Run.Status.RUNNING)
    return ended.order_by("-started", "-pk").values("pk")[:RECENT]


def _precisions(sources: list[int]) -> dict[int, dict[str, int]]:
    published = Activity.objects.published().filter(source__in=sources)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    rows = published.order_by().values_list("source", "precision").annotate(Count("pk"))
    for source_id, precision, count in rows:
        counts[source_id][precision] = count
    return counts
