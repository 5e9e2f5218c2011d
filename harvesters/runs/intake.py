"""What one run takes in: rows are read, filtered, mapped and staged; then all is applied and concluded at once.

Until the one transaction at the end, nothing that is published changes. It begins at the lease's fence, so that of
two runs of a source only the one that still holds it can apply anything.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from geo.models import Area
from harvesters import definition, protocols
from harvesters.errors import ADVICE, PortalError
from harvesters.http import Client
from harvesters.mapping import keeps, origin
from harvesters.mapping.cut import Cut
from harvesters.mapping.location import place_keys
from harvesters.mapping.record import Recorder
from harvesters.mapping.remarks import Refused
from harvesters.protocols import Reading, Row
from harvesters.runs import rejections
from harvesters.runs.lease import Held
from harvesters.runs.rejections import Rejections
from harvesters.vocabularies import VOCABULARIES
from portal import read, removal
from portal.models import Activity, Run, Source
from portal.staging import BATCH, Stage

NOTHING_NEW = "the portal says that nothing changed since the last harvest"
RECIPE = 1
"""To be raised when our own reading of an answer changes, so that «not modified» does not keep the old reading."""

Progress = Callable[[int, int | None], None]
"""Told after each record: how many were read, and how many there will be if that is known."""


def silent(_read: int, _announced: int | None) -> None:
    """A Progress for nobody."""


@dataclass
class Intake:
    """One run: `go` reads the portal and leaves its report in `run`. Raises PortalError when it changed nothing."""

    source: Source
    run: Run
    held: Held
    progress: Progress = silent
    batch: list[tuple[Row, Activity]] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.rejections = Rejections(self.run)
        self.until = time.monotonic() + settings.RUN_S

    def go(self, client: Client) -> None:
        recipe = _recipe(self.source)
        if self.source.validators.get("recipe") != recipe or not self._complete_runs().exists():
            self.source.validators = {}
        self.erased = removal.erased_ids(self.source)
        reading = protocols.read(self.source, client)
        recorder = Recorder(self.source)
        self.cut = Cut(self.source.filter, recorder.remarks)
        self.placer = recorder.placer(client)
        with Stage(self.source, place_keys) as stage:
            self._read(reading, recorder, stage)
            if reading.unchanged:
                self._nothing_new()
            else:
                self._finish(reading, recorder, stage)

    def _read(self, reading: Reading, recorder: Recorder, stage: Stage) -> None:
        for row in reading:
            self.run.read += 1
            self._take(row, recorder)
            if len(self.batch) == BATCH:
                self._flush(stage)
            self.progress(self.run.read, reading.announced or reading.expected)
            self.held.check()
            if time.monotonic() > self.until:
                reading.stop(f"Reading was ended after {settings.RUN_S:g} seconds. {ADVICE['too-long']}", "too-long")
                break
        self._flush(stage)
        stage.listed(self.rejections.ids)

    def _take(self, row: Row, recorder: Recorder) -> None:
        if not row.problem and not keeps(self.source.filter, row.data):
            self.run.filtered += 1
            return
        try:
            activity = self._activity(row, recorder)
            if self.cut.leaves_out(activity):
                self.run.filtered += 1
            else:
                self.batch.append((row, activity))
        except Refused as refusal:
            self.rejections.add(row.position, recorder.record_id(row), refusal)

    def _activity(self, row: Row, recorder: Recorder) -> Activity:
        activity = recorder.activity(row)
        if activity.source_record_id in self.erased:
            raise Refused("erased", "the record was erased on demand")
        activity.via = origin.chain(row.data)
        if activity.via:
            origin.refuse_own(activity.via)
        return activity

    def _flush(self, stage: Stage) -> None:
        self.placer.place([activity for _row, activity in self.batch])
        for place in stage.add(activity for _row, activity in self.batch):
            row, activity = self.batch[place]
            refusal = Refused("duplicate-id", "an earlier record of this run has the same id; that one was taken")
            self.rejections.add(row.position, activity.source_record_id, refusal)
        self.batch = []

    def _finish(self, reading: Reading, recorder: Recorder, stage: Stage) -> None:
        if not self.run.read:
            raise PortalError("no-records", reading.why_not or "The portal gave not a single record.")
        self._refuse_renamed(recorder)
        recorder.finish(stage)
        if not reading.complete:
            stage.replace(_kept_areal(stage.once_areal()))
        self.run.notes = [_note(text) for text in reading.notes] + recorder.remarks.as_notes()
        with self._applying():
            self._judge(reading, stage)
            self._apply(stage)
            if self.run.status == Run.Status.COMPLETE:
                removal.mark(self.run, stage.missing())
                removal.conclude(self.run, doubtful=self.rejections.nameless > 0)
                self._confirm({**reading.validators, "recipe": _recipe(self.source)}, recorder.columns.usual())
            else:
                self._forget()
            self.rejections.save()

    def _refuse_renamed(self, recorder: Recorder) -> None:
        """A portal that renamed its columns would blank what they gave. Raises PortalError."""
        gone = recorder.columns.gone(self.source.columns)
        if gone and self._published():
            named = ", ".join(f"«{name}»" for name in gone)
            what = f"No record of {self.source.slug} has the mapped columns {named} any more."
            raise PortalError("columns-gone", what)

    def _published(self) -> bool:
        return Activity.objects.published().filter(source=self.source).exists()

    @contextmanager
    def _applying(self) -> Iterator[None]:
        """One transaction, ours alone, that ends with the run's report. Raises Lost."""
        with transaction.atomic():
            self.held.fence()
            removal.lock(self.source)
            yield
            read.refresh()
            self.run.finished = timezone.now()
            self.run.save()

    def _judge(self, reading: Reading, stage: Stage) -> None:
        """Complete or partial. Only a complete run says anything of what it did not list."""
        run, twice = self.run, self.rejections.counts["duplicate-id"]
        run.announced = reading.announced
        if twice and reading.announced is not None:
            words = f"the portal announced {reading.announced} records, and {twice} of those that came came twice"
            reading.stop(words, "repeated-records")
        if run.filtered and not stage.taken and not self.rejections.counts and self._published():
            words = f"The filter of the source leaves out all of the {run.read} records. {ADVICE['all-filtered']}"
            reading.stop(words, "all-filtered")
        if self.rejections.counts and not stage.taken:
            words = f"not one of {run.read} records could be taken: {self.rejections.first}"
            reading.stop(words, "nothing-taken")
        run.error, run.error_code = reading.why_not, reading.code
        complete = reading.complete and not run.error
        run.status = Run.Status.COMPLETE if complete else Run.Status.PARTIAL

    def _apply(self, stage: Stage) -> None:
        run = self.run
        difference = stage.apply(run.started)
        run.created, run.updated, run.unchanged = difference.created, difference.updated, difference.unchanged
        removal.restore(run, stage.relisted())
        for record_id in removal.respect_tombstones(self.source):
            run.created -= 1
            self.rejections.add(0, record_id, Refused("erased", "the record was erased while this run was under way"))

    def _confirm(self, validators: dict[str, Any], columns: list[str]) -> None:
        self.source.validators, self.source.columns = validators, columns
        self.source.confirmed = self.run.started
        self.source.save(update_fields=["validators", "columns", "confirmed"])

    def _forget(self) -> None:
        """What is stored is no longer what the last complete run read: «not modified» since then would not hold."""
        self.source.validators = {}
        self.source.save(update_fields=["validators"])

    def _complete_runs(self) -> QuerySet[Run]:
        """Those that a «not modified» would stand on: kept for years, but a person may delete what they like."""
        return self.source.runs.filter(status=Run.Status.COMPLETE)

    def _nothing_new(self) -> None:
        """The portal said «not modified»: the last complete run's report still holds, of what is missing too."""
        run, last = self.run, self._complete_runs().latest()
        run.read, run.rejected, run.filtered, run.announced = last.read, last.rejected, last.filtered, last.announced
        run.rejected_by_code = last.rejected_by_code
        run.unchanged = last.created + last.updated + last.unchanged
        run.notes = [_note(NOTHING_NEW), *(note for note in last.notes if note["text"] != NOTHING_NEW)]
        with self._applying():
            run.status = Run.Status.COMPLETE
            removal.conclude(run, doubtful=last.rejections.filter(record_id="").exists())
            self._confirm(self.source.validators, self.source.columns)
            rejections.repeat(run, last.rejections.all())


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
