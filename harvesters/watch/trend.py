"""The last runs of a source as a small drawing: one bar for each, its height what was kept, its colour how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from harvesters.watch.watched import RECENT
from portal.models import Run

HEIGHT = 64
STEP = 12
WIDTH = 9
STUB = 4
"""A run that took nothing still shows."""


@dataclass(frozen=True)
class Bar:
    """One run, in the units of the drawing; `refused` is the height of its upper part."""

    run: Run
    x: int
    y: int
    height: int
    refused: int

    @property
    def refused_y(self) -> int:
        return self.y - self.refused


@dataclass(frozen=True)
class Trend:
    """Oldest first, as one reads; room for thirty, the newest at the right."""

    bars: list[Bar]
    width: int = STEP * RECENT
    height: int = HEIGHT
    bar_width: int = WIDTH


def kept(run: Run) -> int:
    """Records of the run that are published or were the same before."""
    return run.created + run.updated + run.unchanged


def trend(runs: Sequence[Run]) -> Trend:
    """`runs`: newest first."""
    highest = max((kept(run) + run.rejected for run in runs), default=0) or 1
    free = RECENT - len(runs)
    return Trend([_bar(run, STEP * (free + place), highest) for place, run in enumerate(reversed(runs))])


def _bar(run: Run, x: int, highest: int) -> Bar:
    refused = round(HEIGHT * run.rejected / highest)
    height = max(round(HEIGHT * kept(run) / highest), 0 if refused else STUB)
    return Bar(run, x, HEIGHT - height, height, min(refused, HEIGHT - height))
