"""Slices of load, in turn: who comes first is drawn anew in each round, and each begins when the one before is over."""

import json
import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from portal.launcher.processes import wait_until
from portal.launcher.steps import Failed

WALK = Path(__file__).parent / "walk.lua"
IDLE_SECONDS = 120.0
TIMEOUT = "60s"
STRIDE = 7_001  # addresses further on, each round begins: those that come once shall not come again
CLOCK_TICKS = 100  # a second, on every Linux that we know
QUIET_TICKS = 2
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND pid <> pg_backend_pid() AND datname IS NOT NULL"


@dataclass(frozen=True)
class Slice:
    """What one contender did in its turn. Times are in milliseconds; nothing where it cannot be known."""

    requests: int
    seconds: float
    p50: float | None = None
    p95: float | None = None

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds

    @property
    def bound(self) -> float:
        """The same of somebody else: where not one was finished, as if one just had been."""
        return max(self.requests, 1) / self.seconds


@dataclass(frozen=True)
class Contender:
    """Somebody who takes a turn: `run(connections, seconds, round)`. least: seconds that a turn must have."""

    name: str
    run: Callable[[int, int, int], Slice]
    processes: Callable[[], list[int]]
    least: int = 1


Turns = dict[tuple[str, int], list[Slice]]  # by name and connections, round by round


@dataclass(frozen=True)
class Pace:
    rounds: int
    seconds: int
    longest: int
    connections: tuple[int, ...]
    seed: int = 1

    def turns(self, database: psycopg.Connection, contenders: Sequence[Contender]) -> Turns:
        """Everybody in each round, at each number of connections."""
        found: Turns = defaultdict(list)
        for number in range(self.rounds):
            order = [(contender, connections) for contender in contenders for connections in self.connections]
            random.Random(self.seed * 1_000 + number).shuffle(order)  # noqa: S311 (nothing secret is drawn)
            for contender, connections in order:
                wait_until_idle(database, (pid for each in contenders for pid in each.processes()))
                seconds = min(max(self.seconds, contender.least), max(self.longest, self.seconds))
                found[contender.name, connections].append(contender.run(connections, seconds, number))
        wait_until_idle(database, (pid for each in contenders for pid in each.processes()))
        return found


def ratios(turns: Turns, ours: str, connections: int) -> dict[str, float]:
    """Ours ÷ each of the others: taken in each round, then their median."""
    own = turns[ours, connections]
    return {
        name: median(mine.rate / theirs.bound for mine, theirs in zip(own, found, strict=True))
        for (name, many), found in turns.items()
        if many == connections and name != ours
    }


def walk(host: str, lines: Sequence[str], connections: int, seconds: int, number: int) -> Slice:
    """wrk over the addresses. Raise Failed when an answer is an error: what is refused is never timed."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        words = ["-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", TIMEOUT, "-s", str(WALK)]
        command = ["setpriv", "--pdeathsig=KILL", "--", "wrk", *words, f"http://{host}", "--", file.name]
        done = subprocess.run([*command, str(number * STRIDE)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"wrk failed: {done.stderr[-500:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    if told["refused"] or told["broken"]:
        raise Failed(f"{host}: {told['refused']} answers were errors, {told['broken']} broke off ({lines[0]}, …)")
    times = (told["p50"], told["p95"]) if told["requests"] else (None, None)
    return Slice(told["requests"], told["seconds"], *times)


def wait_until_idle(database: psycopg.Connection, processes: Iterable[int]) -> None:
    """No query runs and no server computes: what a slow one has still to do is not charged to the next."""
    pids = list(processes)

    def is_idle() -> bool:
        before = _ticks(pids)
        time.sleep(0.15)
        row = database.execute(BUSY).fetchone()
        return row == (0,) and _ticks(pids) - before <= QUIET_TICKS

    if not wait_until(is_idle, IDLE_SECONDS):
        raise Failed(f"The servers were not idle after {IDLE_SECONDS:.0f} s.")


def _ticks(pids: Iterable[int]) -> int:
    """Processor time that they have used, in hundredths of a second."""
    return sum(_ticks_of(pid) for pid in pids)


def _ticks_of(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) + int(fields[12])
