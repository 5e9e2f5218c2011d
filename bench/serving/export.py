"""Everything as one file."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median

from bench.serving import columns
from bench.serving.asking import STYLES
from bench.serving.client import BLOCK, Client
from bench.serving.crawl import page_of
from bench.serving.inturn import Timed, in_turn, quicker, total_of
from bench.serving.outcome import Line, Outcome, Run
from bench.serving.servers import OURS, PLAIN
from portal.launcher.steps import Failed

EXPORT_SECONDS = 60.0  # after which a reading is cut: what had come by then is the rate


@dataclass
class Exported:
    """How many records a second came, and in how long."""

    seconds: float
    records: int


def export(run: Run) -> Outcome:
    """Everything as CSV, to nowhere; beside COPY of the same columns, and django-rest-framework's largest pages."""
    total = total_of(run)
    ways: dict[str, Callable[[], Exported]] = {OURS: lambda: _csv(run), "COPY": lambda: _copy(run, total)}
    if PLAIN in run.servers:
        ways[PLAIN] = lambda: _plain_pages(run, total)
    timed: dict[str, Timed] = {name: lambda way=way: [_a_record(way())] for name, way in ways.items()}  # type: ignore[misc]
    found = in_turn(run, timed)
    outcome = Outcome("CSV of everything, to nowhere: records a second")
    for name, turns in found.items():
        outcome.lines.append(Line(name, 1, 1 / median(second for turn in turns for second in turn)))
    outcome.ratios = {name: quicker(found, OURS, name) for name in found if name != OURS}
    return outcome


def _a_record(exported: Exported) -> float:
    if not exported.records:
        raise Failed("Nothing was exported.")
    return exported.seconds / exported.records


def _csv(run: Run) -> Exported:
    """Records end with CR LF (RFC 4180), which no text of ours holds."""
    client, started = Client(run.ours.host), time.perf_counter()
    response = client.open("/api/collections/all/items?f=csv")
    if response.status != HTTPStatus.OK:
        raise Failed(f"The product exports nothing: {response.status}")
    ends, before = -1, b""  # without the line of names
    while (block := response.read1(BLOCK)) and time.perf_counter() - started < EXPORT_SECONDS:
        ends += block.count(b"\r\n") + (before.endswith(b"\r") and block.startswith(b"\n"))
        before = block
    client.close()
    return Exported(time.perf_counter() - started, ends)


def _copy(run: Run, total: int) -> Exported:
    started = time.perf_counter()
    with run.connection.cursor() as cursor, cursor.copy(columns.CSV) as copy:
        for _ in copy:
            pass
    return Exported(time.perf_counter() - started, total)


def _plain_pages(run: Run, total: int) -> Exported:
    """It has no CSV: what its serializer makes of the largest page."""
    server, page = run.servers[PLAIN], min(10_000, total // 2)
    seconds, _ = page_of(Client(server.host), server, STYLES[PLAIN].page(0, page), page)
    return Exported(seconds, page)
