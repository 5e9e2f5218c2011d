"""Made-up records of the whole world, the same for the same seed."""

import math
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import shapely

from portal.vocabularies import STATUSES, Kind, Precision, Remote, Theme
from tests.oracle.answer import HERE
from tests.oracle.lexicon import Lexicon
from tests.oracle.record import AREAL, LOCATED, Ground, Origin, Record
from tests.oracle.vocabulary import VOCABULARY

FIRST = datetime(2026, 10, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
TOWNS = (
    (3.952, 50.454), (2.35, 48.857), (4.84, 45.76), (4.35, 50.85), (-71.21, 46.81), (-73.57, 45.5), (18.955, 69.649),
    (15.63, 78.22), (178.44, -18.12), (-179.97, -16.8), (179.98, -16.85), (174.76, -36.85), (25.0, 89.6), (0.0, 0.0),
)  # fmt: skip
"""Longitude, latitude: Mons, Paris… the Fidjis on either side of the antimeridian, Svalbard, next to the pole."""
SOURCES, AREAS = 12, 40
PLACED = [Precision.EXACT, Precision.STREET, Precision.PLACE]
WEIGHTS = {
    "exact": 45, "street": 12, "place": 8, "district": 8, "commune": 8, "citywide": 7, "remote": 7, "unknown": 5,
}  # fmt: skip


class World:
    """`make(count)` gives the records; about a tenth of them are of a thing that two to four sources publish."""

    def __init__(self, dice: Random, lexicon: Lexicon) -> None:
        self.dice = dice
        self.lexicon = lexicon
        self.origins = [Origin(f"source-{n}", f"https://portal.example/{n}", f"Source {n}") for n in range(SOURCES)]
        self.grounds = [Ground(f"be-oracle-{n}", self._ground()) for n in range(AREAS)]
        self.clusters = 0

    def make(self, count: int) -> list[Record]:
        records: list[Record] = []
        while len(records) < count:
            if self.dice.random() < 0.04:
                records += self._thing(len(records))
            else:
                records.append(self._record(len(records), self.dice.choice(self.origins)))
        return records[:count]

    def _thing(self, number: int) -> list[Record]:
        """Records of several sources; which is shown first has nothing to do with how they are placed."""
        self.clusters += 1
        origins = self.dice.sample(self.origins, self.dice.randint(2, 4))
        ranks = self.dice.sample(range(len(origins)), len(origins))
        town, kind = self._town(), self.dice.choice(list(Kind))
        return [
            self._record(number + place, origin, town=town, kind=kind, cluster=self.clusters, rank=ranks[place])
            for place, origin in enumerate(origins)
        ]

    def _record(self, number: int, origin: Origin, town: tuple[float, float] | None = None, **given: Any) -> Record:
        dice = self.dice
        kind = given.pop("kind", None) or dice.choice(list(Kind))
        precision = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        lang = dice.choices(["fr", "nl", "en", "de"], [50, 20, 20, 10])[0]
        title, summary = self._words(lang, 2, 5).capitalize(), self._words(lang, 2, 8)
        starts, ends = self._dates()
        return Record(
            public_id=_public_id(origin.uid, f"record-{number}"),
            record_id=f"record-{number}",
            origin=origin,
            kind=str(kind),
            title=title,
            summary=summary,
            lang=lang,
            status=str(dice.choice(STATUSES[kind])),
            precision=precision,
            remote=str(dice.choice(list(Remote))),
            themes=tuple(str(theme) for theme in dice.sample(list(Theme), dice.randint(1, 3))),
            shape=self._shape(town or self._town()) if precision in LOCATED else None,
            ground=dice.choice(self.grounds) if precision in AREAL else None,
            starts=starts,
            ends=ends,
            changed=FIRST + timedelta(hours=dice.randrange(500)),
            withdrawn=NOW if dice.random() < 0.03 else None,
            words=self.lexicon.of_text(f"{title} {summary}", lang, plain=title),
            **given,
        )

    def _town(self) -> tuple[float, float]:
        return self.dice.choice(TOWNS)

    def _words(self, lang: str, least: int, most: int) -> str:
        return " ".join(self.dice.choices(VOCABULARY.get(lang, VOCABULARY["fr"]), k=self.dice.randint(least, most)))

    def _dates(self) -> tuple[datetime | None, datetime | None]:
        """Open at either end, or both; now and then at the very moment of the question, or at a midnight."""
        starts = FIRST + timedelta(minutes=self.dice.randrange(120 * 24 * 60))
        ends = starts + timedelta(minutes=self.dice.randrange(10 * 24 * 60))
        chance = self.dice.random()
        if chance < 0.04:
            starts, ends = NOW - timedelta(days=3), NOW + timedelta(minutes=self.dice.randint(-1, 1))
        elif chance < 0.08:
            starts = (starts.astimezone(HERE) + timedelta(days=1)).replace(hour=0, minute=0)
            ends = starts + timedelta(days=self.dice.randrange(3))
        return self.dice.choices([(starts, ends), (starts, None), (None, ends), (None, None)], [50, 15, 10, 25])[0]

    def _point(self, town: tuple[float, float]) -> tuple[float, float]:
        """Near a town, seldom anywhere on earth; now and then where others are too."""
        if self.dice.random() < 0.05:
            return self.dice.uniform(-180, 180), math.degrees(math.asin(self.dice.uniform(-1, 1)))
        lon, lat = town[0] + self.dice.gauss(0, 0.1), min(town[1] + self.dice.gauss(0, 0.06), 90.0)
        if self.dice.random() < 0.1:
            lon, lat = round(lon, 2), round(lat, 2)
        return lon - 360 if lon > 180 else lon + 360 if lon < -180 else lon, lat

    def _shape(self, town: tuple[float, float]) -> Any:
        """A point mostly; some have several addresses, are a path, or a piece of ground."""
        kind, start = self.dice.random(), self._point(town)
        if kind < 0.88:
            return shapely.Point(start)
        if kind < 0.94:
            return shapely.MultiPoint([start, *(self._point(town) for _ in range(self.dice.randint(1, 3)))])
        around = [self._beside(start) for _ in range(self.dice.randint(3, 6))]
        if kind < 0.97:
            return shapely.LineString([start, *around])
        return shapely.MultiPoint([start, *around]).convex_hull

    def _beside(self, start: tuple[float, float]) -> tuple[float, float]:
        """Up to a kilometre from there, on the same side of the antimeridian."""
        lon, lat = start[0] + self.dice.uniform(-0.01, 0.01), start[1] + self.dice.uniform(-0.01, 0.01)
        return max(-180.0, min(lon, 180.0)), max(-90.0, min(lat, 90.0))

    def _ground(self) -> Any:
        """A circle, or a star of so many points that its edges are short."""
        lon, lat = self._town()
        lon, lat = lon + self.dice.gauss(0, 0.1), min(lat + self.dice.gauss(0, 0.06), 89.8)
        reach = 10 ** self.dice.uniform(-2.3, -0.4)
        uneven = self.dice.choice([0.0, 0.5])
        corners = []
        for step in range(48):
            angle, far = step * math.tau / 48, reach * (1 - uneven * self.dice.random())
            corners.append((lon + far * math.cos(angle), lat + far * math.sin(angle)))
        west, east = (-180.0, 0.0) if lon < 0 else (0.0, 180.0)
        if -100 < lon < 100:
            west, east = -180.0, 180.0
        return shapely.Polygon(corners).intersection(shapely.box(west, -90, east, 90))


def _public_id(source_uid: str, record_id: str) -> UUID:
    return uuid5(uuid5(NAMESPACE_URL, source_uid), record_id)
