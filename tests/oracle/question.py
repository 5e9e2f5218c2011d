"""A question to the API: its parts, how it is written, and questions made up at random."""

from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from tests.oracle.ground import Box, Near
from tests.oracle.lexicon import Words

COLLECTIONS = {"all": "", "initiatives": "initiative", "projects": "project", "missions": "mission"}


NOTHING = Words()


@dataclass(frozen=True)
class Question:
    """Empty parts are not asked for. `duplicates` is as written: empty and `once` are the same."""

    collection: str = "all"
    near: Near | None = None
    radius_m: float | None = None
    box: Box | None = None
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    remotes: tuple[str, ...] = ()
    when: str = ""
    words: Words = NOTHING
    duplicates: str = ""
    sort: str = ""

    @property
    def bounded(self) -> bool:
        return self.radius_m is not None or self.box is not None

    def string(self, dice: Random | None = None) -> str:
        """The query string; with dice, lists are written by comma or by repetition."""
        pairs = [
            ("near", _numbers(self.near)),
            ("radius", _numbers((self.radius_m,) if self.radius_m is not None else None)),
            ("bbox", _numbers(self.box)),
            ("when", self.when),
            ("q", str(self.words)),
            ("duplicates", self.duplicates),
            ("sort", self.sort),
        ]
        for name, values in self._lists():
            if dice and dice.random() < 0.3:
                pairs += [(name, value) for value in values]
            else:
                pairs.append((name, ",".join(values)))
        return "&".join(f"{name}={quote(text, safe=',/:')}" for name, text in pairs if text)

    def _lists(self) -> list[tuple[str, tuple[str, ...]]]:
        return [
            ("kind", self.kinds),
            ("theme", self.themes),
            ("status", self.statuses),
            ("source", self.sources),
            ("precision", self.precisions),
            ("remote", self.remotes),
        ]


def _numbers(numbers: tuple[float, ...] | None) -> str:
    return ",".join(repr(number) for number in numbers) if numbers else ""
