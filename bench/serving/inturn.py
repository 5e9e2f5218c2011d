"""What is timed one answer at a time, in turn."""

import random
from collections.abc import Callable
from statistics import median

from bench.serving.outcome import Run
from bench.serving.slices import wait_until_idle

Timed = Callable[[], list[float]]
Found = dict[str, list[list[float]]]


def in_turn(run: Run, timed: dict[str, Timed]) -> Found:
    """The seconds that each took, round by round; who begins is drawn anew in each."""
    found: Found = {name: [] for name in timed}
    processes = [pid for server in run.servers.values() for pid in server.processes()]
    for number in range(run.pace.rounds):
        order = list(timed)
        random.Random(number).shuffle(order)  # noqa: S311 (nothing secret is drawn)
        for name in order:
            wait_until_idle(run.connection, processes)
            found[name].append(timed[name]())
    return found


def quicker(found: Found, ours: str, other: str) -> float:
    """How many times less time ours took: the medians of each round, then the median of their ratios."""
    return median(median(theirs) / median(own) for own, theirs in zip(found[ours], found[other], strict=True))


def total_of(run: Run) -> int:
    row = run.connection.execute("SELECT count(*) FROM portal_activity").fetchone()
    return int(row[0]) if row else 0
