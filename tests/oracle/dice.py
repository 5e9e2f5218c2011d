"""Questions made up at random, about the places, days and words that records have."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.vocabularies import STATUSES, Kind, Precision, Remote, Theme
from tests.oracle.ground import Box, Near
from tests.oracle.lexicon import Words, folded
from tests.oracle.question import COLLECTIONS, Question
from tests.oracle.record import Record
from tests.oracle.vocabulary import EVERY_WORD, VOCABULARY

FIRST_DAY = date(2026, 10, 1)
EVERYWHERE_M = 2e7
SORTS = ("id", "starts", "-starts", "ends", "-ends", "changed", "-changed")


class Asker:
    """Makes up questions; the same ones for the same dice and records."""

    def __init__(self, dice: Random, records: Sequence[Record]) -> None:
        self.dice = dice
        self.placed = [record for record in records if record.shape is not None]
        self.sources = sorted({record.origin.slug for record in records})

    def question(self) -> Question:
        parts: dict[str, tuple[float, Callable[[], Any]]] = {
            "collection": (0.4, lambda: self.dice.choice(list(COLLECTIONS))),
            "kinds": (0.2, lambda: self._some(list(Kind))),
            "themes": (0.3, lambda: self._some(list(Theme))),
            "statuses": (0.2, lambda: self._some(sorted({word for each in STATUSES.values() for word in each}), 8)),
            "sources": (0.15, lambda: self._some(self.sources)),
            "precisions": (0.15, lambda: self._some(list(Precision), 4)),
            "remotes": (0.1, lambda: self._some(list(Remote))),
            "when": (0.3, self._when),
            "words": (0.3, self._words),
            "duplicates": (0.4, lambda: self.dice.choice(["all", "all", "once"])),
            "box": (0.3, self._box),
            "sort": (0.1, lambda: self.dice.choice(SORTS)),
        }
        drawn = {name: draw() for name, (chance, draw) in parts.items() if self.dice.random() < chance}
        return self._near(Question(**drawn))

    def _some(self, words: Sequence[str], most: int = 3) -> tuple[str, ...]:
        return tuple(str(word) for word in self.dice.sample(words, self.dice.randint(1, min(most, len(words)))))

    def _near(self, question: Question) -> Question:
        if self.dice.random() < 0.45:
            return question
        question = replace(question, near=self._point())
        return replace(question, radius_m=self._radius_m()) if self.dice.random() < 0.7 else question

    def _point(self) -> Near:
        """Where a record is, not far from one, or anywhere."""
        chance = self.dice.random()
        if chance < 0.1 or not self.placed:
            return self.dice.uniform(-90, 90), self.dice.uniform(-180, 180)
        point = self.dice.choice(self.placed).shape.representative_point()
        if chance < 0.2:
            return float(point.y), float(point.x)
        lat, lon = point.y + self.dice.gauss(0, 0.05), point.x + self.dice.gauss(0, 0.05)
        return max(-90.0, min(lat, 90.0)), max(-180.0, min(lon, 180.0))

    def _radius_m(self) -> float:
        chance = self.dice.random()
        if chance < 0.05:
            return EVERYWHERE_M
        return float(10 ** self.dice.uniform(1.5, 4.7 if chance < 0.8 else 7))

    def _box(self) -> Box:
        """Around a point: narrow or wide, now and then beyond the antimeridian, or the whole world."""
        lat, lon = self._point()
        high, wide = (10 ** self.dice.uniform(-2.5, 1.3) for _ in range(2))
        chance = self.dice.random()
        if chance < 0.05:
            return -180.0, -90.0, 180.0, 90.0
        if chance > 0.9:
            wide = self.dice.uniform(20, 200)
        turn = self.dice.choice([-360, 360]) if 0.1 < chance < 0.2 else 0
        west, east = lon - wide + turn, lon + wide + turn
        if not turn and self.dice.random() < 0.7:
            west, east = (edge - 360 if edge > 180 else edge + 360 if edge < -180 else edge for edge in (west, east))
        return west, max(lat - high, -90.0), east, min(lat + high, 90.0)

    def _when(self) -> str:
        chance = self.dice.random()
        if chance < 0.4:
            return self.dice.choice(["upcoming", "upcoming", "today", "weekend", "all"])
        first = FIRST_DAY + timedelta(days=self.dice.randrange(120))
        last = first + timedelta(days=self.dice.randrange(20))
        return self.dice.choice([f"{first}", f"{first}/{last}", f"{first}/..", f"../{last}", f"{first}/"])

    def _words(self) -> Words:
        lang = self.dice.choice(list(VOCABULARY))
        words = [self._written(self.dice.choice(VOCABULARY[lang])) for _ in range(self.dice.randint(1, 3))]
        chance = self.dice.random()
        if chance < 0.15:
            return Words((tuple(words[:1]), tuple(words[1:]) or (self._written(self.dice.choice(EVERY_WORD)),)))
        if chance > 0.6:
            words[-1] = words[-1][: self.dice.randint(1, 5)]
        none_of = (self._written(self.dice.choice(VOCABULARY[lang])),) if chance > 0.75 else ()
        return Words((tuple(words),) if chance < 0.9 else (), none_of)

    def _written(self, word: str) -> str:
        """As somebody might type it."""
        return self.dice.choice([word, word, word.upper(), word.capitalize(), folded(word)])
