"""The list of an explorer page: its sections in order, and the twenty cards of one page of it.

Located ones come first, by distance; then what concerns a whole quarter, commune or city; then
what is remote or whose place is unknown. The sections are one long list, cut into pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.models import Activity
from portal.pages import facts
from portal.pages.state import State
from portal.results import Results
from portal.vocabularies import PLACELESS, Precision

CARDS = 20

HEADINGS: dict[str, Promise | str] = {
    "located": "",
    Precision.DISTRICT: _("Concerne tout un quartier"),
    Precision.COMMUNE: _("Concerne toute une commune"),
    Precision.CITYWIDE: _("Concerne toute la ville"),
    Precision.REMOTE: _("À distance"),
    Precision.UNKNOWN: _("Lieu inconnu"),
}
NOTES: dict[str, Promise | str] = {
    Precision.REMOTE: _("De chez vous : aucun déplacement."),
    Precision.UNKNOWN: _("La source ne dit pas où cela se passe."),
}

SUMMARIES: dict[str, Callable[[int], str]] = {
    Precision.DISTRICT: lambda n: ngettext("%(n)s pour tout un quartier", "%(n)s pour tout un quartier", n),
    Precision.COMMUNE: lambda n: ngettext("%(n)s pour toute une commune", "%(n)s pour toute une commune", n),
    Precision.CITYWIDE: lambda n: ngettext("%(n)s pour toute la ville", "%(n)s pour toute la ville", n),
    Precision.REMOTE: lambda n: ngettext("%(n)s à distance", "%(n)s à distance", n),
    Precision.UNKNOWN: lambda n: ngettext("%(n)s sans lieu connu", "%(n)s sans lieu connu", n),
}


@dataclass(frozen=True)
class Section:
    """One heading of the list and how many it has in all; `cards` are those of the page shown."""

    name: str
    total: int
    first: int
    """Place of its first card in the whole list, from 0."""
    cards: tuple[Activity, ...] = ()

    @property
    def heading(self) -> Promise | str:
        return HEADINGS[self.name]

    @property
    def note(self) -> Promise | str:
        return NOTES.get(self.name, "")

    @property
    def summary(self) -> str:
        """Its count in a few words, for the header."""
        return SUMMARIES[self.name](self.total) % {"n": facts.number(self.total)}

    @property
    def page(self) -> int:
        return self.first // CARDS + 1

    @property
    def beside(self) -> bool:
        """Whether it has no place on the map at all."""
        return self.name in PLACELESS


@dataclass(frozen=True)
class Listing:
    """One page of the list, and the counts of the whole."""

    sections: tuple[Section, ...]
    page: int
    bounded: bool

    @property
    def total(self) -> int:
        return sum(section.total for section in self.sections)

    @property
    def matched(self) -> int:
        """The same number as the API's `numberMatched`: an item without a place is in no circle."""
        return sum(section.total for section in self.sections if not (self.bounded and section.beside))

    @property
    def pages(self) -> int:
        return max(ceil(self.total / CARDS), 1)

    def section(self, name: str) -> Section | None:
        return next((section for section in self.sections if section.name == name), None)

    @property
    def located(self) -> int:
        section = self.section("located")
        return section.total if section else 0

    @property
    def others(self) -> tuple[Section, ...]:
        """What has no pin: named and linked in the header."""
        return tuple(section for section in self.sections if section.name != "located")

    @property
    def shown(self) -> tuple[Section, ...]:
        return tuple(section for section in self.sections if section.cards)


def listing(state: State, results: Results) -> Listing:
    """The page of the list that the state asks for; beyond the last page, the last."""
    totals = _totals(results)
    sections: list[Section] = []
    for name in HEADINGS:
        if totals.get(name):
            sections.append(Section(name, totals[name], sum(section.total for section in sections)))
    pages = max(ceil(sum(section.total for section in sections) / CARDS), 1)
    page = min(state.page, pages)
    cut = tuple(_cut(section, page, results) for section in sections)
    return Listing(cut, page, results.query.bounded)


def _totals(results: Results) -> dict[str, int]:
    counts = results.totals
    return {"located": results.counted.located} | {name: counts[name] for name in HEADINGS if name in counts}


def _cut(section: Section, page: int, results: Results) -> Section:
    start = max((page - 1) * CARDS - section.first, 0)
    stop = min(page * CARDS - section.first, section.total)
    if start >= stop:
        return section
    cards = tuple(_OF[section.name](results, start, stop))
    return Section(section.name, section.total, section.first, cards)


_OF: dict[str, Callable[[Results, int, int], list[Activity]]] = {
    "located": lambda results, start, stop: results.located(start, stop),
    Precision.DISTRICT: lambda results, start, stop: results.areal(start, stop, Precision.DISTRICT),
    Precision.COMMUNE: lambda results, start, stop: results.areal(start, stop, Precision.COMMUNE),
    Precision.CITYWIDE: lambda results, start, stop: results.areal(start, stop, Precision.CITYWIDE),
    Precision.REMOTE: lambda results, start, stop: results.beside(Precision.REMOTE, start, stop),
    Precision.UNKNOWN: lambda results, start, stop: results.beside(Precision.UNKNOWN, start, stop),
}
