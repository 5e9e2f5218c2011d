"""One run of one source: read, filter, map, place, store; and the report of it in the Run.

A portal that fails changes nothing. Whatever goes wrong with one source is told in its Run and
never reaches the next source.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Max
from django.utils import timezone

from geo.models import Area
from harvesters import definition, protocols, text
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.location import place_keys
from harvesters.mapping import keeps
from harvesters.protocols import Reading, Row
from harvesters.record import Recorder
from harvesters.remarks import Refused
from harvesters.vocabularies import VOCABULARIES
from portal import search
from portal.models import Activity, Rejection, Run, Source
from portal.staging import BATCH, Stage

logger = logging.getLogger(__name__)
ERROR_MAX = 2_000
DUPLICATE = "duplicate-id"
REJECTIONS_MAX = 1_000
"""So many are kept in words; all are counted. A portal that sends rubbish must not fill our disk with it."""

NOTHING_NEW = "the portal says that nothing changed since the last harvest"
RECIPE = 1
"""To be raised when our own reading of an answer changes, so that «not modified» does not keep the old reading."""

Progress = Callable[[int, int | None], None]
"""Told after each record: how many were read, and how many there will be if that is known."""


def silent(_read: int, _announced: int | None) -> None:
    """A Progress for nobody."""


def harvest(source: Source, client: Client, progress: Progress = silent) -> Run:
    """Harvest the source once and give its finished Run. Never raises for what a portal does."""
    run = Run.objects.create(source=source, started=timezone.now())
    with _alone(source) as alone:
        if not alone:
            return _failed(run, "another harvest of this source is under way; nothing was done here")
        _close_killed(source, run)
        try:
            return _Harvest(source, run, progress).go(client)
        except PortalError as error:
            return _failed(run, str(error))
        except Exception as error:
            logger.exception("harvest of %s", source.slug)
            return _failed(run, f"an answer that we were not ready for ({type(error).__name__}: {error}); tell us")


def _failed(run: Run, why: str) -> Run:
    """A failed run changed nothing, and says so in its counts."""
    failed = Run(id=run.id, source=run.source, started=run.started, status=Run.Status.FAILED, finished=timezone.now())
    failed.error = text.line(why, ERROR_MAX)
    failed.save()
    return failed


def _close_killed(source: Source, run: Run) -> None:
    """Runs that were killed cannot say so themselves: with the lock in our hands, none of them is under way."""
    killed = source.runs.filter(status=Run.Status.RUNNING).exclude(id=run.id)
    killed.update(
        status=Run.Status.FAILED, finished=run.started, error="it was ended from outside; nothing was changed"
    )


@contextmanager
def _alone(source: Source) -> Iterator[bool]:
    """A lock per source that the database holds for this connection, freed when either ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [source.uid])
        got = cursor.fetchone()[0]
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [source.uid])


@dataclass
class _Harvest:
    source: Source
    run: Run
    progress: Progress
    batch: list[tuple[Row, Activity]] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    rejected_ids: set[str] = field(default_factory=set)
    twice: int = 0

    def go(self, client: Client) -> Run:
        recipe = _recipe(self.source)
        if self.source.validators.get("recipe") != recipe:
            self.source.validators = {}
        reading = protocols.read(self.source, client)
        recorder = Recorder(self.source)
        with Stage(self.source, place_keys) as stage:
            self._read(reading, recorder, stage)
            if reading.unchanged:
                return self._nothing_new()
            self._apply(reading, recorder, stage)
        search.refresh()
        return self.run

    def _read(self, reading: Reading, recorder: Recorder, stage: Stage) -> None:
        for row in reading:
            self.run.read += 1
            self._take(row, recorder)
            if len(self.batch) == BATCH:
                self._flush(stage)
            self.progress(self.run.read, reading.announced or reading.expected)
        self._flush(stage)
        stage.listed(self.rejected_ids)

    def _apply(self, reading: Reading, recorder: Recorder, stage: Stage) -> None:
        recorder.finish(stage)
        if not reading.complete:
            stage.replace(_kept_areal(stage.once_areal()))
        with transaction.atomic():
            self._report(reading, recorder, stage)
            difference = stage.apply(self.run.started)
            self.run.created, self.run.updated = difference.created, difference.updated
            self.run.unchanged = difference.unchanged
            if self.run.status == Run.Status.COMPLETE:
                self._mark_missing(stage)
                self._confirm(reading)
            self.run.finished = timezone.now()
            self.run.save()
            Rejection.objects.bulk_create(self.rejections, batch_size=1_000)

    def _take(self, row: Row, recorder: Recorder) -> None:
        if not row.problem and not keeps(self.source.filter, row.data):
            self.run.filtered += 1
            return
        try:
            self.batch.append((row, recorder.activity(row)))
        except Refused as refusal:
            self._reject(row.position, recorder.record_id(row), refusal)

    def _flush(self, stage: Stage) -> None:
        for place in stage.add(activity for _row, activity in self.batch):
            row, activity = self.batch[place]
            refusal = Refused(DUPLICATE, "an earlier record of this run has the same id; that one was taken")
            self._reject(row.position, activity.source_record_id, refusal)
            self.twice += 1
        self.batch = []

    def _reject(self, position: int, record_id: str, refusal: Refused) -> None:
        self.run.rejected += 1
        self.rejected_ids.add(record_id)
        if len(self.rejections) >= REJECTIONS_MAX:
            return
        rejection = Rejection(run=self.run, position=position, record_id=record_id)
        rejection.code, rejection.reason = refusal.code, refusal.reason
        self.rejections.append(rejection)

    def _mark_missing(self, stage: Stage) -> None:
        stage.relisted().filter(withdrawn=None).update(missing_since=None, missing_runs=0, last_listed=None)
        missing = stage.missing()
        last = self.source.confirmed or self.run.started
        missing.filter(missing_since=None).update(missing_since=self.run.started, last_listed=last)
        self.run.missing = missing.update(missing_runs=F("missing_runs") + 1)

    def _report(self, reading: Reading, recorder: Recorder, stage: Stage) -> None:
        run = self.run
        run.announced, run.error = reading.announced, reading.why_not
        if self.twice and reading.announced is not None and not run.error:
            run.error = f"the portal announced {reading.announced} records, and {self.twice} of those came twice"
        if run.rejected and not stage.taken:
            run.error = run.error or f"not one of {run.read} records could be taken: {self.rejections[0].reason}"
        complete = reading.complete and not run.error
        run.status = Run.Status.COMPLETE if complete else Run.Status.PARTIAL
        run.notes = [_note(text) for text in reading.notes] + recorder.remarks.as_notes()

    def _confirm(self, reading: Reading) -> None:
        self.source.validators = {**reading.validators, "recipe": _recipe(self.source)}
        self.source.confirmed = self.run.started
        self.source.save(update_fields=["validators", "confirmed"])

    def _nothing_new(self) -> Run:
        """The portal said «not modified»: the last complete run's report still holds."""
        run, last = self.run, self.source.runs.filter(status=Run.Status.COMPLETE).latest()
        run.missing = Activity.objects.published().filter(source=self.source, missing_since__isnull=False).count()
        self.source.confirmed = run.started
        self.source.save(update_fields=["confirmed"])
        run.read, run.rejected, run.filtered, run.announced = last.read, last.rejected, last.filtered, last.announced
        run.unchanged = last.created + last.updated + last.unchanged
        run.notes = [_note(NOTHING_NEW), *(note for note in last.notes if note["text"] != NOTHING_NEW)]
        run.status, run.finished = Run.Status.COMPLETE, timezone.now()
        run.save()
        Rejection.objects.bulk_create(
            Rejection(run=run, position=old.position, record_id=old.record_id, code=old.code, reason=old.reason)
            for old in last.rejections.all()
        )
        return run


def _kept_areal(versions: Iterable[tuple[Activity, Activity]]) -> Iterator[Activity]:
    """Half a list cannot tell that a point is shared by many: what was an area stays one."""
    for activity, stored in versions:
        activity.geometry, activity.precision, activity.area_id = None, stored.precision, stored.area_id
        yield activity


def _recipe(source: Source) -> str:
    """Changes when the same answer of the portal would come out otherwise: another definition, areas or words."""
    areas = Area.objects.aggregate(Max("id"), Count("outline"))
    defined = {field: getattr(source, field) for field in definition.FIELDS}
    made_of = [RECIPE, defined, areas, VOCABULARIES]
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _note(text: str) -> dict[str, Any]:
    return {"text": text, "count": 1, "examples": []}
