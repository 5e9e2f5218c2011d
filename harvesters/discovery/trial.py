"""What harvesting a source would change, found out without changing anything."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import islice
from uuid import uuid4

from django.db import transaction

from harvesters import protocols
from harvesters.http import Client
from harvesters.mapping import keeps
from harvesters.mapping.location import place_keys
from harvesters.mapping.record import Recorder
from harvesters.mapping.remarks import Refused
from harvesters.reading import Row
from portal.models import Activity, Source, Staged
from portal.staging import BATCH, Stage
from portal.vocabularies import AREAL, LOCATED

TEN = 10
UNSAID = "?"


@dataclass
class DryRun:
    """Counts of a run that was not made. `read` = created + updated + unchanged + rejected + filtered.

    rejected: how many, by the code of the reason; examples: record or position, and the reason, of some of each.
    removed: what is published and was not listed; only told of a complete reading.
    sample: the first ten records as they would be published; differing: ids of the first ten that would be updated.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    filtered: int = 0
    removed: int = 0
    located: int = 0
    areal: int = 0
    unknown: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    complete: bool = False
    why_not: str = ""
    remarks: list[str] = field(default_factory=list)
    sample: list[Activity] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    def refuse(self, record: str, refusal: Refused) -> None:
        self.rejected[refusal.code] += 1
        some = self.examples.setdefault(refusal.code, [])
        if len(some) < TEN:
            some.append(f"{record}: {refusal.reason}")


def dry_run(source: Source, client: Client) -> DryRun:
    """Read the whole source and compare; nothing is stored, neither a Run nor the source. Raises PortalError.

    The records are staged as in a real run, in a transaction that is rolled back.
    """
    run = DryRun()
    tried = copy(source)
    tried.validators = {}
    with transaction.atomic():
        _store(tried)
        with Stage(tried, place_keys) as stage:
            _read(tried, client, stage, run)
            _compare(tried, stage, run)
        transaction.set_rollback(True)
    return run


def _store(source: Source) -> None:
    """The source as a row to compare with: the one that harvests the same dataset already, or one for the while."""
    source.pk = source.pk or Source.objects.filter(uid=source.uid).values_list("pk", flat=True).first()
    if not source.pk:
        source.licence, source.publisher = source.licence or UNSAID, source.publisher or UNSAID
        source.slug = uuid4().hex  # the name may be taken
        source.save()


def _read(source: Source, client: Client, stage: Stage, run: DryRun) -> None:
    reading = protocols.read(source, client)
    recorder = Recorder(source)
    rows = iter(reading)
    while batch := list(islice(rows, BATCH)):  # staged as a run does: a batch at a time
        taken = list(_taken(batch, source, recorder, run))
        twice = set(stage.add(taken))
        for place in twice:
            run.refuse(taken[place].source_record_id, Refused("duplicate-id", "an earlier record has the same id"))
        fresh = [activity for place, activity in enumerate(taken) if place not in twice]
        run.sample += fresh[: TEN - len(run.sample)]
        _count_places(fresh, run)
    recorder.finish(stage)
    run.complete, run.why_not = reading.complete, reading.why_not
    run.remarks = [*reading.notes, *(str(note["text"]) for note in recorder.remarks.as_notes())]


def _taken(rows: list[Row], source: Source, recorder: Recorder, run: DryRun) -> Iterator[Activity]:
    for row in rows:
        run.read += 1
        if not row.problem and not keeps(source.filter, row.data):
            run.filtered += 1
            continue
        try:
            yield recorder.activity(row)
        except Refused as refusal:
            run.refuse(f"record {row.position}", refusal)


def _count_places(activities: list[Activity], run: DryRun) -> None:
    for activity in activities:
        run.located += activity.precision in LOCATED
        run.areal += activity.precision in AREAL
        run.unknown += activity.precision not in (*LOCATED, *AREAL)


def _compare(source: Source, stage: Stage, run: DryRun) -> None:
    stored = Activity.objects.filter(source=source, source_record_id__in=Staged.objects.values("pk"))
    differs = Staged.objects.count()
    run.updated = stored.count()
    run.created = differs - run.updated
    run.unchanged = stage.taken - differs
    run.differing = list(stored.order_by("source_record_id").values_list("source_record_id", flat=True)[:TEN])
    run.removed = stage.missing().count() if run.complete else 0
