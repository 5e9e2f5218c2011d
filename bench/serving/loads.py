"""Scenarios of addresses that wrk walks: boxes, the nearest, tiles, answers that are remembered or unchanged."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from statistics import median

from bench.serving.asking import STYLES, features_in, features_in_tile
from bench.serving.client import Client
from bench.serving.outcome import BEST, Absent, Line, Outcome, Run, best_peer, line, mean, raw
from bench.serving.scene import NEAREST, Box
from bench.serving.servers import OURS, PEERS, Server
from bench.serving.slices import Contender, Slice, Turns, ratios, walk
from portal.launcher.steps import Failed

CITY_LIMIT, REGION_LIMIT = 1_000, 10_000
LEAST_SHARE = 0.9  # of the features that a box was drawn around
CYCLES = 2.5  # of all connections being answered, in a turn of somebody slow
DISTINCT = 1_000  # variants of each box: more than are asked for in a turn
REPEATED = 8  # addresses that are asked for again and again
Count = Callable[[bytes], int]


@dataclass(frozen=True)
class Load:
    """Addresses of a server that were all answered as they must be. bytes and features: of an answer on average."""

    name: str
    server: Server
    lines: Sequence[str]
    bytes: float
    features: float
    seconds: float

    def contender(self, connections: int) -> Contender:
        least = math.ceil(CYCLES * connections * self.seconds / 2)
        return Contender(self.name, self._run, self.server.processes, max(least, 1))

    def _run(self, connections: int, seconds: int, number: int) -> Slice:
        return walk(self.server.host, self.lines, connections, seconds, number)


def checked(server: Server, paths: Sequence[str], least: int, most: int, count: Count = features_in) -> Load:
    """Ask for each address once. Raise Failed when an answer is an error or holds too few features or too many."""
    client = Client(server.host)
    sizes, features, seconds = [], [], []
    for path in paths:
        answer = client.get(path)
        if answer.status == HTTPStatus.NOT_FOUND and server.style == OURS:
            raise Absent(f"The product answers 404: {path}")
        if answer.status != HTTPStatus.OK:
            raise Failed(f"{server.name} answers {answer.status} to {path}: {answer.body[:300]!r}")
        found = count(answer.body)
        if not least <= found <= most:
            raise Failed(f"{server.name} answers {found} features, not {least} to {most}, to {path}")
        sizes.append(len(answer.body))
        features.append(found)
        seconds.append(answer.seconds)
    client.close()
    return Load(server.name, server, paths, mean(sizes), mean(features), median(seconds))


def compared(run: Run, title: str, loads: list[Load], failures: Sequence[str] = ()) -> Outcome:
    """All of them in turn; ours is held against each."""
    turns = run.pace.turns(run.connection, [load.contender(run.crowd) for load in loads])
    outcome = Outcome(title, _lines(loads, turns), failures=list(failures), raw=raw(turns))
    for connections in run.pace.connections:
        suffix = "" if connections == run.crowd else f", {connections} connection"
        for name, ratio in ratios(turns, OURS, connections).items():
            outcome.ratios[f"{name}{suffix}"] = ratio
        if (best := best_peer(turns, OURS, connections)) is not None:
            outcome.ratios[f"{BEST}{suffix}"] = best
    return outcome


def _lines(loads: list[Load], turns: Turns) -> list[Line]:
    by_name = {load.name: load for load in loads}
    lines = [
        line(name, many, found, by_name[name].bytes, by_name[name].features) for (name, many), found in turns.items()
    ]
    return sorted(lines, key=lambda each: (each.connections, -(each.rate or 0)))


def asked(run: Run, paths: Callable[[Server], list[str]], least: int, most: int, count: Count = features_in) -> tuple[
    list[Load], list[str]
]:  # fmt: skip
    """The loads of all servers that know such a question; a peer that answers wrongly is told and left out."""
    loads, failures = [], []
    for server in run.uncached:
        try:
            if lines := paths(server):
                loads.append(checked(server, lines, least, most, count))
        except Failed as failure:
            if server.name not in PEERS:
                raise
            failures.append(str(failure))
    return loads, failures


def city(run: Run) -> Outcome:
    """A town as a map shows it: a box of about 500 records."""
    return _boxes(run, "city box", run.scene.cities, run.scene.city_records, CITY_LIMIT)


def region(run: Run) -> Outcome:
    """A region, everything in it: a box of 10,000 records."""
    return _boxes(run, "region box", run.scene.regions, run.scene.region_records, REGION_LIMIT)


def _boxes(run: Run, name: str, boxes: list[Box], records: int, limit: int) -> Outcome:
    loads, failures = asked(
        run,
        lambda server: [STYLES[server.style].box(box, limit) for box in boxes],
        int(records * LEAST_SHARE),
        limit,
    )
    return compared(run, f"{name}, about {records:,} features", loads, failures)


def memory(run: Run) -> Outcome:
    """What the servers' processes took at most, after everybody has answered regions at all connections."""
    boxes = run.scene.regions
    loads, failures = asked(
        run, lambda server: [STYLES[server.style].box(box, REGION_LIMIT) for box in boxes], 1, REGION_LIMIT
    )
    once = replace(run.pace, rounds=1, connections=(run.crowd,))
    once.turns(run.connection, [load.contender(run.crowd) for load in loads])
    peaks = {load.name: sum(_peak_mib(pid) for pid in load.server.processes()) for load in loads}
    outcome = Outcome("peak memory of all processes of a server, after regions", failures=failures)
    outcome.notes = [f"{name}: {peak:.0f} MiB" for name, peak in peaks.items()]
    outcome.ratios = {name: peaks[OURS] / peak for name, peak in peaks.items() if name != OURS}
    return outcome


def _peak_mib(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    found = [words.split()[1] for words in status.splitlines() if words.startswith("VmHWM")]
    return int(found[0]) / 1024 if found else 0.0


def near(run: Run) -> Outcome:
    """The 50 nearest of a kind and a theme since a date, within 10 km."""
    points = run.scene.points
    loads, failures = asked(run, lambda server: [STYLES[server.style].near(point) for point in points], 1, NEAREST)
    outcome = compared(run, "nearest 50 within 10 km, by kind, theme and date", loads, failures)
    outcome.notes.append("tipg and pygeoapi answer an easier question: any 50 of the kind since the date, in a box.")
    return outcome


def z6(run: Run) -> Outcome:
    """A tile of a country's part."""
    return _tiles(run, 6)


def z12(run: Run) -> Outcome:
    """A tile of a town."""
    return _tiles(run, 12)


def _tiles(run: Run, z: int) -> Outcome:
    def paths(server: Server) -> list[str]:
        tile = STYLES[server.style].tile
        return [tile(each) for each in run.scene.tiles(z)[:40]] if tile else []

    loads, failures = asked(run, paths, 1, 1_000_000, features_in_tile)
    outcome = compared(run, f"tile of zoom {z}", loads, failures)
    sizes = {load.name: load.bytes for load in loads}
    outcome.ratios |= {f"bytes, {name}": sizes[OURS] / size for name, size in sizes.items() if name in PEERS}
    return outcome


def cached(run: Run) -> Outcome:
    """The same addresses again and again: where answers are remembered, where not; and where none comes twice."""
    outcome = Outcome("answers remembered in the process")
    ours = STYLES[OURS]
    scene = run.scene
    kinds: dict[str, tuple[list[str], Count]] = {
        "city": ([ours.box(box, CITY_LIMIT) for box in scene.cities[:REPEATED]], features_in),
        "near": ([ours.near(point) for point in scene.points[:REPEATED]], features_in),
    }
    if ours.tile:
        for z in (6, 12):
            kinds[f"z{z}"] = ([ours.tile(tile) for tile in scene.tiles(z)[:REPEATED]], features_in_tile)
    for kind, (paths, count) in kinds.items():
        try:
            _remembered(run, kind, paths, count, outcome)
        except Absent as absent:
            outcome.missing.append(f"{kind}: {absent}")
    if not outcome.lines:
        raise Absent("; ".join(outcome.missing))
    return outcome


def _remembered(run: Run, kind: str, paths: list[str], count: Count, outcome: Outcome) -> None:
    again = replace(checked(run.cached, paths, 1, 1_000_000, count), name=f"{kind}, remembered")
    fresh = replace(checked(run.ours, paths, 1, 1_000_000, count), name=f"{kind}, not remembered")
    loads = [again, fresh]
    if kind == "city":
        boxes = [box.jittered(step) for step in range(1, DISTINCT + 1) for box in run.scene.cities]
        lines = [STYLES[OURS].box(box, CITY_LIMIT) for box in boxes]
        loads.append(replace(again, name="city, remembered, none twice", lines=lines))
    walk(run.cached.host, paths, run.crowd, 1, 0)  # so that both workers remember
    pace = replace(run.pace, connections=(run.crowd,))
    turns = pace.turns(run.connection, [load.contender(run.crowd) for load in loads])
    outcome.lines += _lines(loads, turns)
    outcome.raw |= raw(turns)
    outcome.ratios[kind] = ratios(turns, again.name, run.crowd)[fresh.name]


def unchanged(run: Run) -> Outcome:
    """«Not modified»: what a browser gets that has the answer already."""
    boxes = [STYLES[OURS].box(box, CITY_LIMIT) for box in run.scene.cities[:REPEATED]]
    client, lines = Client(run.ours.host), []
    for path in boxes:
        tag = client.get(path).headers.get("etag")
        if not tag:
            raise Absent("The product sends no ETag with items.")
        again = client.get(path, {"If-None-Match": tag})
        if again.status != HTTPStatus.NOT_MODIFIED:
            raise Failed(f"Asked with its own ETag, the product answers {again.status} to {path}")
        lines.append(f"{path}\t{tag}")
    load = Load(OURS, run.ours, lines, 0, 0, 0)
    turns = run.pace.turns(run.connection, [load.contender(run.crowd)])
    return Outcome("304, city box", _lines([load], turns), raw=raw(turns))
