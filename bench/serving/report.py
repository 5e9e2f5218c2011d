"""The tables that are printed, and the file that is kept."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.serving.database import Database
from bench.serving.goals import Goal, held
from bench.serving.outcome import Outcome
from bench.serving.records import Shape
from bench.serving.slices import Pace

WIDTH = 150
COLOURS = {"beyond": "bold green", "met": "green", "not met": "red", "not measured": "yellow"}
LIBRARIES = ("django", "djangorestframework-gis", "granian", "gunicorn", "psycopg")
PEERS = ("tipg", "pygeoapi", "uvicorn", "gunicorn", "sqlalchemy", "asyncpg")


def printed(outcome: Outcome) -> None:
    console = Console(width=WIDTH)
    if outcome.absent or outcome.failed:
        console.print(f"\n[bold red]{outcome.title}: {outcome.absent or outcome.failed}", highlight=False)
        return
    if outcome.lines:
        console.print(_table(outcome))
    if outcome.ratios:
        console.print(
            "ratios: " + ", ".join(f"{name} [bold]{_number(ratio)}[/]" for name, ratio in outcome.ratios.items())
        )
    for words in outcome.notes:
        console.print(words, highlight=False)
    for words in [*outcome.failures, *outcome.missing]:
        console.print(f"[bold red]left out: {words[:600]}", highlight=False)


def _table(outcome: Outcome) -> Table:
    table = Table(title=f"\n{outcome.title}", title_justify="left")
    table.add_column("")
    for heading in ("connections", "answers/s", "p50 ms", "p95 ms", "bytes", "features", "features/s"):
        table.add_column(heading, justify="right")
    for line in outcome.lines:
        numbers = (line.rate, line.p50, line.p95, line.bytes, line.features, line.features_a_second)
        table.add_row(line.name, str(line.connections), *(_number(number) for number in numbers))
    return table


def printed_goals(outcomes: Mapping[str, Outcome]) -> None:
    table = Table(
        "goal",
        "must",
        "stretch",
        "came to",
        "",
        title="\nGoals: of a million records, at the larger number of connections",
    )
    for goal, value in held(outcomes):
        sign, verdict = "≤" if goal.at_most else "≥", goal.verdict(value)
        wanted = (f"{sign} {_number(goal.must)}", f"{sign} {_number(goal.stretch)}")
        table.add_row(goal.title, *wanted, _number(value), verdict, style=COLOURS[verdict])
    Console(width=WIDTH).print(table)


def _number(value: float | None) -> str:
    """Three digits that mean something."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def kept(folder: Path, database: Database, pace: Pace, tools: Path | None, outcomes: Mapping[str, Outcome]) -> Path:
    """Everything in JSON, for whoever reckons on: `results-<records>-<when>.json`."""
    now = datetime.now(UTC)
    content = {
        "when": now.isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "memory_gib": _memory_gib(), "python": platform.python_version()},
        "shape": asdict(database.shape),
        "pace": asdict(pace),
        "read_tables": database.has_read_tables,
        "versions": _versions(database, tools),
        "scenarios": {name: asdict(outcome) for name, outcome in outcomes.items()},
        "goals": [_held(goal, value) for goal, value in held(outcomes)],
    }
    path = folder / f"results-{_label(database.shape)}-{now:%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return path


def _held(goal: Goal, value: float | None) -> dict[str, Any]:
    return {**asdict(goal), "value": value, "verdict": goal.verdict(value)}


def _label(shape: Shape) -> str:
    return f"{shape.records}{'-narrow' if shape.narrow else ''}"


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _versions(database: Database, tools: Path | None) -> dict[str, str]:
    found = {name: version(name) for name in LIBRARIES}
    found["postgresql"] = database.cluster.run_sql("SHOW server_version")
    found["postgis"] = database.cluster.run_sql("SELECT extversion FROM pg_extension WHERE extname = 'postgis'")
    folders = list(tools.parent.glob("lib/python*/site-packages/*.dist-info")) if tools else []
    names = {folder.name.rpartition("-")[0].lower(): folder.stem.rpartition("-")[2] for folder in folders}
    return found | {f"peers: {name}": names[name] for name in PEERS if name in names}


def growth(folder: Path, records: int) -> dict[str, float]:
    """How much longer the nearest 50 take than at other sizes: p50 at one connection, of the newest files."""
    newest: dict[int, float] = {}
    for path in sorted(folder.glob("results-*.json"), key=_age):
        content = json.loads(path.read_text("utf-8"))
        lines = content["scenarios"].get("near", {}).get("lines", [])
        alone = [line["p50"] for line in lines if line["name"] == "parages" and line["connections"] == 1]
        if alone and alone[0]:
            newest[content["shape"]["records"]] = alone[0]
    own = newest.pop(records, None)
    return {f"{records:,} ÷ {other:,} records": own / p50 for other, p50 in newest.items()} if own else {}


def _age(path: Path) -> float:
    return path.stat().st_mtime
