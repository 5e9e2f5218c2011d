"""What scenarios are given and what they give: lines of a table, and ratios that goals are held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean, median

import psycopg

from bench.serving.database import Database
from bench.serving.scene import Scene
from bench.serving.servers import CACHED, OURS, PEERS, Server
from bench.serving.slices import Pace, Slice, Turns

BEST = "best peer"


class Absent(Exception):
    """What the product does not have (yet): told, never timed."""


@dataclass(frozen=True)
class Run:
    """Everything that runs, for a scenario to ask."""

    database: Database
    connection: psycopg.Connection
    servers: Mapping[str, Server]
    scene: Scene
    pace: Pace

    @property
    def ours(self) -> Server:
        return self.servers[OURS]

    @property
    def cached(self) -> Server:
        return self.servers[CACHED]

    @property
    def uncached(self) -> list[Server]:
        """All but the one that remembers its answers."""
        return [server for name, server in self.servers.items() if name != CACHED]

    @property
    def crowd(self) -> int:
        """The larger number of connections: the one that goals are told at."""
        return max(self.pace.connections)


@dataclass(frozen=True)
class Line:
    """One server in one scenario: medians over the rounds. Times in milliseconds; nothing where there is none."""

    name: str
    connections: int
    rate: float | None = None
    p50: float | None = None
    p95: float | None = None
    bytes: float | None = None
    features: float | None = None

    @property
    def features_a_second(self) -> float | None:
        return self.rate * self.features if self.rate and self.features else None


@dataclass
class Outcome:
    """failures: why a peer was left out. missing: what the product does not have. raw: rates, round by round."""

    title: str
    lines: list[Line] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    raw: dict[str, list[float]] = field(default_factory=dict)
    absent: str = ""
    failed: str = ""


def line(name: str, connections: int, turns: list[Slice], size: float | None, features: float | None) -> Line:
    p50, p95 = ([turn.p50 for turn in turns if turn.p50], [turn.p95 for turn in turns if turn.p95])
    return Line(
        name,
        connections,
        median(turn.rate for turn in turns),
        median(p50) if p50 else None,
        median(p95) if p95 else None,
        size,
        features,
    )


def best_peer(turns: Turns, ours: str, connections: int) -> float | None:
    """Ours ÷ whichever peer was quickest in the round; the median of that."""
    peers = [turns[name, connections] for name in PEERS if (name, connections) in turns]
    if not peers:
        return None
    best = [max(turn.bound for turn in others) for others in zip(*peers, strict=True)]
    return float(median(own.rate / rate for own, rate in zip(turns[ours, connections], best, strict=True)))


def raw(turns: Turns) -> dict[str, list[float]]:
    return {f"{name}, {many}": [round(turn.rate, 2) for turn in found] for (name, many), found in turns.items()}


def mean(values: list[int]) -> float:
    return fmean(values) if values else 0.0
