"""What is wanted of the product, as ratios taken in one run at a million records."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.serving.outcome import BEST, Outcome
from bench.serving.servers import PLAIN, PYGEOAPI, TIPG


@dataclass(frozen=True)
class Goal:
    """A ratio of a scenario, and what it must come to. at_most: the less, the better."""

    scenario: str
    ratio: str
    title: str
    must: float
    stretch: float
    at_most: bool = False

    def verdict(self, value: float | None) -> str:
        if value is None:
            return "not measured"
        if self._reaches(value, self.stretch):
            return "beyond"
        return "met" if self._reaches(value, self.must) else "not met"

    def _reaches(self, value: float, wanted: float) -> bool:
        return value <= wanted if self.at_most else value >= wanted


GOALS = (
    Goal("city", TIPG, "city box ÷ tipg", 20, 40),
    Goal("city", PYGEOAPI, "city box ÷ pygeoapi", 25, 50),
    Goal("city", PLAIN, "city box ÷ DRF-GIS", 50, 100),
    Goal("region", BEST, "region box ÷ best peer", 30, 50),
    Goal("near", BEST, "nearest 50 ÷ best peer (an easier question)", 70, 120),
    Goal("near", PLAIN, "nearest 50 ÷ DRF-GIS", 200, 300),
    Goal("ceiling", "city", "share of the database's own rate, city", 0.3, 0.5),
    Goal("ceiling", "near", "share of the database's own rate, nearest", 0.3, 0.5),
    Goal("cached", "city", "remembered ÷ not, city", 6, 8),
    Goal("cached", "near", "remembered ÷ not, nearest", 6, 8),
    Goal("cached", "z6", "remembered ÷ not, tile of zoom 6", 3, 4.5),
    Goal("cached", "z12", "remembered ÷ not, tile of zoom 12", 3, 4.5),
    Goal("z6", TIPG, "z6 tile ÷ tipg", 100, 200),
    Goal("z6", f"bytes, {TIPG}", "bytes of a z6 tile ÷ tipg's", 1 / 500, 1 / 600, at_most=True),
    Goal("zooms", "points in SQL", "tile ÷ all points in SQL, z 4 to 8, the worst", 1 / 30, 1 / 48, at_most=True),
    Goal("zooms", "slowest ÷ quickest zoom", "spread of tiles over z 4 to 12", 3, 2.5, at_most=True),
    Goal("facets", "country", "facets of the country ÷ GROUP BY", 100, 700),
    Goal("crawl", BEST, "crawl ÷ best peer", 50, 75),
    Goal("crawl", "90 % ÷ first", "page at 90 % ÷ first page", 1.5, 1.1, at_most=True),
    Goal("export", "COPY", "CSV ÷ COPY to nowhere", 0.8, 0.95),
    Goal("export", PLAIN, "CSV ÷ DRF-GIS", 20, 28),
    Goal("memory", PLAIN, "peak memory ÷ DRF-GIS", 0.6, 0.5, at_most=True),
)


def held(outcomes: Mapping[str, Outcome]) -> list[tuple[Goal, float | None]]:
    """Each goal of the scenarios that were run, with what came of it."""
    return [(goal, outcomes[goal.scenario].ratios.get(goal.ratio)) for goal in GOALS if goal.scenario in outcomes]
