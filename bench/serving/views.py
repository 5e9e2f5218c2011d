"""What a map asks for beside items: facets of what it shows, and tiles of each zoom."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from statistics import median

from bench.serving import columns
from bench.serving.asking import STYLES, features_in_tile
from bench.serving.ceiling import tile_statement
from bench.serving.client import Client
from bench.serving.inturn import Timed, in_turn, quicker
from bench.serving.loads import checked
from bench.serving.outcome import Absent, Line, Outcome, Run
from bench.serving.scene import COUNTRY, Box, tile_at
from bench.serving.servers import OURS
from portal.launcher.steps import Failed

ZOOMS = range(4, 13)
RAW_ZOOMS = range(4, 9)
PARIS = (2.347, 48.859)


def facets(run: Run) -> Outcome:
    """How many of each kind and theme, in a town, a region and the country; beside `GROUP BY` on the wide table."""
    views = {"city": run.scene.cities[:4], "region": run.scene.regions[:3], "country": [COUNTRY]}
    timed: dict[str, Timed] = {}
    for view, boxes in views.items():
        timed[f"{view}, product"] = _facets(run, boxes)
        timed[f"{view}, GROUP BY"] = _grouped(run, boxes)
    found = in_turn(run, timed)
    outcome = Outcome("facets by kind and theme, one connection; the product over HTTP, GROUP BY inside the database")
    for name, turns in found.items():
        ms = 1_000 * median(second for turn in turns for second in turn)
        outcome.lines.append(Line(name, 1, 1_000 / ms, ms))
    outcome.ratios = {view: quicker(found, f"{view}, product", f"{view}, GROUP BY") for view in views}
    return outcome


def _facets(run: Run, boxes: Sequence[Box]) -> Timed:
    client = Client(run.ours.host)

    def timed() -> list[float]:
        answers = [client.get(f"/api/collections/all/facets?bbox={box}") for box in boxes]
        for answer in answers:
            if answer.status == HTTPStatus.NOT_FOUND:
                raise Absent("The product answers 404: /api/collections/all/facets")
            if answer.status != HTTPStatus.OK or not any(str(n).encode() in answer.body for n in range(1, 10)):
                raise Failed(f"The product gives no facets: {answer.status}, {answer.body[:200]!r}")
        return [answer.seconds for answer in answers]

    return timed


def _grouped(run: Run, boxes: Sequence[Box]) -> Timed:
    def timed() -> list[float]:
        seconds = []
        for box in boxes:
            started = time.perf_counter()
            for sql in (columns.KINDS, columns.THEMES):
                run.connection.execute(sql, asdict(box), prepare=True).fetchall()
            seconds.append(time.perf_counter() - started)
        return seconds

    return timed


def zooms(run: Run) -> Outcome:
    """The tile of Paris from zoom 4 to 12, over HTTP; beside the tile of all points, in SQL on the wide table."""
    timed: dict[str, Timed] = {f"z{z}, product": _tile(run, z) for z in ZOOMS}
    timed |= {f"z{z}, points in SQL": _raw_tile(run, z) for z in RAW_ZOOMS}
    found = in_turn(run, timed)
    ms = {name: 1_000 * median(second for turn in turns for second in turn) for name, turns in found.items()}
    ours = [ms[f"z{z}, product"] for z in ZOOMS]
    outcome = Outcome("tiles by zoom, one connection", [Line(name, 1, 1_000 / each, each) for name, each in ms.items()])
    shares = [1 / quicker(found, f"z{z}, product", f"z{z}, points in SQL") for z in RAW_ZOOMS]
    outcome.ratios = {"points in SQL": max(shares), "slowest ÷ quickest zoom": max(ours) / min(ours)}
    return outcome


def _tile(run: Run, z: int) -> Timed:
    address = STYLES[OURS].tile
    path = address(tile_at(*PARIS, z)) if address else ""
    client = Client(run.ours.host)
    checked(run.ours, [path], 1, 1_000_000, features_in_tile)
    return lambda: [client.get(path).seconds for _ in range(10)]


def _raw_tile(run: Run, z: int) -> Timed:
    sql, values = tile_statement(tile_at(*PARIS, z))

    def timed() -> list[float]:
        started = time.perf_counter()
        run.connection.execute(sql, values, prepare=True).fetchall()
        return [time.perf_counter() - started]

    return timed
