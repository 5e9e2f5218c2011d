"""The report of runs, for people (a table, the reasons) and for programs (one JSON object)."""

import sys
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal.models import Run

COUNTS = ("read", "created", "updated", "unchanged", "rejected", "filtered")
REJECTIONS_SHOWN = 10
PLAIN_WIDTH = 140
STYLES = {Run.Status.COMPLETE: "green", Run.Status.PARTIAL: "yellow", Run.Status.FAILED: "red"}


def console() -> Console:
    """The standard output; wide enough for a table where nobody looks at it through a window."""
    return Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def as_json(runs: list[Run]) -> dict[str, Any]:
    """The whole of it: totals, the worst status, and each run; one run's own keys stand at the top too."""
    totals = {name: sum(getattr(run, name) for run in runs) for name in (*COUNTS, "missing")}
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
        **{name: getattr(run, name) for name in (*COUNTS, "missing")},
        "error": run.error,
        "notes": run.notes,
        "rejections": [
            {"position": one.position, "record": one.record_id, "code": one.code, "reason": one.reason}
            for one in run.rejections.all()
        ],
        "seconds": round((run.finished - run.started).total_seconds(), 1) if run.finished else None,
    }


def show(runs: list[Run], console: Console) -> None:
    """A table of the counts, then what there is to say of each run."""
    table = Table("source", "status", *COUNTS, "not seen", box=None, pad_edge=False)
    for column in table.columns[2:]:
        column.justify = "right"
    for run in runs:
        numbers = [f"{getattr(run, name):,}" for name in COUNTS]
        status = Text(run.status, style=STYLES.get(Run.Status(run.status), ""))
        table.add_row(run.source.slug, status, *numbers, f"{run.missing:,}")
    console.print(table)
    console.print("read = created + updated + unchanged + rejected + filtered", style="dim")
    for run in runs:
        _remarks(run, console)


def _remarks(run: Run, console: Console) -> None:
    lines = [run.error] if run.error else []
    if run.status == Run.Status.COMPLETE and run.unchanged and not run.created and not run.updated:
        lines.append("nothing changed")
    lines += [_note(note) for note in run.notes]
    rejections = list(run.rejections.all())
    lines += [
        f"rejected: record {one.record_id or one.position}: {one.reason}" for one in rejections[:REJECTIONS_SHOWN]
    ]
    if len(rejections) > REJECTIONS_SHOWN:
        codes = Counter(one.code for one in rejections)
        lines.append("rejected in all: " + ", ".join(f"{count} {code}" for code, count in codes.most_common()))
    for line in lines:
        console.print(f"{run.source.slug}: {line}", markup=False, highlight=False, soft_wrap=True)


def _note(note: dict[str, Any]) -> str:
    times = f"{note['count']} × " if note["count"] > 1 else ""
    examples = f" (e.g. {', '.join(note['examples'])})" if note["examples"] else ""
    return f"{times}{note['text']}{examples}"
