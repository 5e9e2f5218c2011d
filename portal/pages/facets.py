"""The filters of the explorer: each value with the count it would give, and what is chosen now.

Counts are disjunctive: a filter's own choice does not narrow the counts beside its values.
A value that would give nothing stays visible and cannot be chosen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from geo.models import Area
from portal.models import Source
from portal.pages import facts
from portal.pages.state import RADII_M, UPCOMING, State
from portal.query import Query
from portal.results import Results
from portal.vocabularies import Kind, Precision, Remote, Status, Theme
from portal.when import WORDS, When

KIND_PLURALS = {
    Kind.INITIATIVE: lambda: _("Initiatives"),
    Kind.PROJECT: lambda: _("Projets"),
    Kind.MISSION: lambda: _("Missions"),
}


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    label: str
    count: int
    chosen: bool

    @property
    def inert(self) -> bool:
        return self.count == 0 and not self.chosen


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    address: str


def kinds(query: Query) -> list[Choice]:
    """The three kinds. None asked for means all of them."""
    counts = Results(replace(query, kinds=())).kinds()
    return [
        Choice(kind, KIND_PLURALS[kind](), counts.get(kind, 0), kind in query.kinds or not query.kinds) for kind in Kind
    ]


def themes(query: Query) -> list[Choice]:
    counts = Results(replace(query, themes=())).themes()
    return [Choice(theme, str(theme.label), counts.get(theme, 0), theme in query.themes) for theme in Theme]


def statuses(query: Query) -> list[Choice]:
    """Only those that the data know: the whole list of words would be longer than the answer."""
    counts = Results(replace(query, statuses=())).statuses()
    return [
        Choice(status, str(status.label), counts.get(status, 0), status in query.statuses)
        for status in Status
        if counts.get(status) or status in query.statuses
    ]


def radii(query: Query) -> list[tuple[str, str, bool]]:
    """Value, label, chosen; the asked radius is among them even when it is none of ours."""
    sizes = set(RADII_M) | ({round(query.radius_m)} if query.radius_m else set())
    sized = [(str(size), facts.radius(size), query.radius_m == size) for size in sorted(sizes)]
    return [*sized, ("all", _("Toute la carte"), query.radius_m is None)]


def whens(query: Query) -> list[tuple[str, str, bool]]:
    """Value, label, chosen: the words that need no date."""
    text = str(query.when) or "all"
    return [(word, when_label(word), text == word) for word in ("upcoming", "today", "weekend", "all")]


def when_label(text: str) -> str:
    """The words of a `when`, as a chip or a choice says them."""
    labels = {
        "upcoming": _("En cours ou à venir"),
        "today": _("Aujourd’hui"),
        "weekend": _("Ce week-end"),
        "all": _("Tout, passé compris"),
    }
    return labels.get(text) or _days_label(text)


def _days_label(text: str) -> str:
    first, last = (facts.full_day(day) if day else "…" for day in When(text).days())
    return _("Le %s") % first if first == last else f"{first} – {last}"


def chosen_day(query: Query) -> str:
    """The day asked for, as a date field wants it; empty when it is a word, a range or a moment."""
    text = str(query.when)
    return text if text not in WORDS and len(text) == len("2026-11-28") else ""


def chips(state: State) -> list[Chip]:
    """Every filter that is on, each with the address that takes it away."""
    query, found = state.query, []
    if query.when == UPCOMING or query.when:
        found.append(Chip(when_label(str(query.when)), state.address(when=None)))
    found += [Chip(KIND_PLURALS[Kind(kind)](), state.address(kind=_without(query.kinds, kind))) for kind in query.kinds]
    found += [
        Chip(str(Theme(theme).label), state.address(theme=_without(query.themes, theme))) for theme in query.themes
    ]
    found += [
        Chip(str(Status(status).label).capitalize(), state.address(status=_without(query.statuses, status)))
        for status in query.statuses
    ]
    if query.q:
        found.append(Chip(f"«\u00a0{query.q}\u00a0»", state.address(q=None)))
    if query.bbox:
        found.append(Chip(_("Zone de la carte"), state.address(bbox=None)))
    if query.area:
        found.append(Chip(Area.objects.get(code=query.area).label, state.address(area=None)))
    if query.filter:
        found.append(Chip(query.filter, state.address(filter=None)))
    if query.duplicates:
        found.append(Chip(_("Doublons compris"), state.address(duplicates=None)))
    return found + _rarer_chips(state)


def _rarer_chips(state: State) -> list[Chip]:
    """Of filters that only links set: sources, precisions, remote."""
    query = state.query
    titles = dict(Source.objects.filter(slug__in=query.sources).values_list("slug", "title")) if query.sources else {}
    sources = [Chip(titles[slug], state.address(source=_without(query.sources, slug))) for slug in query.sources]
    remotes = [
        Chip(str(Remote(value).label).capitalize(), state.address(remote=_without(query.remotes, value)))
        for value in query.remotes
    ]
    precisions = [
        Chip(str(Precision(value).label).capitalize(), state.address(precision=_without(query.precisions, value)))
        for value in query.precisions
    ]
    return sources + remotes + precisions


def _without(values: Iterable[str], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)
