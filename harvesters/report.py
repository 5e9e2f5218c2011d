"""The report of runs, for people (a table, the reasons) and for programs (one JSON object)."""

import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal.models import Rejection, Removal, Run

COUNTS = ("read", "created", "updated", "unchanged", "rejected", "filtered")
LEAVING = ("missing", "withdrawn", "restored")
REJECTIONS_SHOWN = 10
PLAIN_WIDTH = 140
STYLES = {Run.Status.COMPLETE: "green", Run.Status.PARTIAL: "yellow", Run.Status.FAILED: "red"}


def console() -> Console:
    """The standard output; wide enough for a table where nobody looks at it through a window."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def as_json(runs: list[Run]) -> dict[str, Any]:
    """The whole of it: totals, the worst status, and each run; one run's own keys stand at the top too."""
    totals = {name: sum(getattr(run, name) for run in runs) for name in (*COUNTS, *LEAVING)}
    each = [_run(run) for run in runs]
    alone = each[0] if len(each) == 1 else {}
    return {**alone, "status": worst(runs), **totals, "runs": each}


def worst(runs: list[Run]) -> str:
    """failed, partial or complete: the least good there is."""
    order = (Run.Status.FAILED, Run.Status.PARTIAL, Run.Status.COMPLETE)
    return next((status.value for status in order if any(run.status == status for run in runs)), "complete")


def _run(run: Run) -> dict[str, Any]:
    return {
        "source": run.source.slug,
        "status": run.status,
        "announced": run.announced,
        **{name: getattr(run, name) for name in (*COUNTS, *LEAVING)},
        "error_code": run.error_code,
        "error": run.error,
        "notes": run.notes,
        "removals": [_removal(one) for one in _removals(run)],
        "rejected_by_code": run.rejected_by_code,
        "rejections": [
            {"position": one.position, "record": one.record_id, "code": one.code, "reason": one.reason}
            for one in _rejections(run)
        ],
        "seconds": round((run.finished - run.started).total_seconds(), 1) if run.finished else None,
    }


def _removal(one: Removal) -> dict[str, Any]:
    return {"number": one.pk, "status": one.status, "missing": one.missing, "published": one.published}


def _rejections(run: Run) -> list[Rejection]:
    """Of a run that was not stored, none."""
    return list(run.rejections.all()) if run.pk else []


def _removals(run: Run) -> list[Removal]:
    return list(run.removals.order_by("pk")) if run.pk else []


def show(runs: list[Run], console: Console) -> None:
    """A table of the counts, then what there is to say of each run."""
    table = Table("source", "status", *COUNTS, *LEAVING, box=None, pad_edge=False)
    for column in table.columns[2:]:
        column.justify = "right"
    for run in runs:
        numbers = [f"{getattr(run, name):,}" for name in (*COUNTS, *LEAVING)]
        status = Text(run.status, style=STYLES.get(Run.Status(run.status), ""))
        table.add_row(run.source.slug, status, *numbers)
    console.print(table)
    console.print("read = created + updated + unchanged + rejected + filtered", style="dim")
    for run in runs:
        _remarks(run, console)


def _remarks(run: Run, console: Console) -> None:
    lines = [run.error] if run.error else []
    if run.status == Run.Status.COMPLETE and run.unchanged and not run.created and not run.updated:
        lines.append("nothing changed")
    lines += [_note(note) for note in run.notes]
    lines += [line for one in _removals(run) for line in _decision(one)]
    shown = _rejections(run)[:REJECTIONS_SHOWN]
    lines += [f"rejected: record {one.record_id or one.position}: {one.reason}" for one in shown]
    if run.rejected > REJECTIONS_SHOWN:
        codes = sorted(run.rejected_by_code.items(), key=lambda item: (-item[1], item[0]))
        lines.append("rejected in all: " + ", ".join(f"{count} {code}" for code, count in codes))
    for line in lines:
        console.print(f"{run.source.slug}: {line}", markup=False, highlight=False, soft_wrap=True)


def _decision(one: Removal) -> Iterator[str]:
    """What became of records that the source lists no more, and the command that decides otherwise."""
    if one.status == Removal.Status.HELD:
        yield (
            f"{one.missing} of {one.published} published records are missing: none was withdrawn, you decide with"
            f" `./parages removals accept {one.pk}` (take them off) or `… dismiss {one.pk}` (keep them)"
        )
    if one.status == Removal.Status.DONE:
        yield f"{one.missing} records withdrawn; for thirty days `./parages removals undo {one.pk}` puts them back"


def _note(note: dict[str, Any]) -> str:
    times = f"{note['count']} × " if note["count"] > 1 else ""
    examples = f" (e.g. {', '.join(note['examples'])})" if note["examples"] else ""
    return f"{times}{note['text']}{examples}"
