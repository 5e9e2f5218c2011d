"""Which column means what: its name and its values together, each field with its confidence and its evidence.

A name alone is not believed: values that cannot be what the name says veto it. Values alone are never enough to be
taken without a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from harvesters.discovery.columns import Column
from harvesters.discovery.fits import FITS
from harvesters.discovery.names import language_of, says, steps
from harvesters.discovery.telling import joined, percent, quoted

NAME_WEIGHT = 0.7
TAKEN_FROM = 0.5
"""A field that records can do without is taken from this confidence on."""
SURE_FROM = 0.6
"""Below it, title, id and position are questions."""
TIE = 0.04
HEARD = 0.3
"""A name that says so less clearly than this says nothing."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A column for a field, how sure that is (0 to 1), and why."""

    field: str
    column: Column
    confidence: float
    evidence: str


def guesses(field: str, columns: Sequence[Column]) -> list[Guess]:
    """The columns that may hold the field, the likeliest first."""
    fits = FITS[field]
    found = []
    for column in columns:
        name = says(field, column.name)
        name = name if name >= HEARD else 0.0
        if not column.filled or (not name and field not in BY_VALUES):
            continue
        share, words = fits(column)
        if share > 0:
            found.append(Guess(field, column, _confidence(name, share, column), _evidence(column, name, words)))
    return sorted(found, key=lambda guess: (-guess.confidence, guess.column.depth))


def choose(columns: Sequence[Column]) -> dict[str, list[Guess]]:
    """For each field its guesses, no column given to two fields unless both may have it."""
    chosen: dict[str, list[Guess]] = {}
    taken: dict[str, str] = {}
    everything = {field: guesses(field, columns) for field in FITS}
    order = sorted(everything, key=lambda field: -max((guess.confidence for guess in everything[field]), default=0))
    for field in sorted(order, key=lambda field: field != "title"):
        free = [guess for guess in everything[field] if _is_free(guess, taken)]
        if free and (free[0].confidence >= TAKEN_FROM or field == "title"):
            taken[free[0].column.name] = field
        chosen[field] = [_unless_tied(free), *free[1:]] if free else []
    return chosen


def _is_free(guess: Guess, taken: dict[str, str]) -> bool:
    owner = taken.get(guess.column.name)
    return owner is None or {owner, guess.field} in SHARED


def _unless_tied(found: Sequence[Guess]) -> Guess:
    """The first guess; where another column is as likely and says something else, it is not sure."""
    best = found[0]
    rivals = [guess for guess in found[1:] if guess.confidence > best.confidence - TIE]
    rivals = [guess for guess in rivals if not _same(best.column, guess.column)]
    if not rivals or best.field not in ASKED:
        return best
    rival = _("aussi probable : %(names)s") % {"names": quoted(guess.column.name for guess in rivals[:3])}
    confidence = min(best.confidence, SURE_FROM - 0.05)
    return Guess(best.field, best.column, confidence, joined([best.evidence, rival]))


def _same(one: Column, other: Column) -> bool:
    """Whether two columns say the same, or the same in two languages."""
    if steps(one.name) == steps(other.name) and language_of(one.name) != language_of(other.name):
        return True
    return one.values == other.values


def _confidence(name: float, share: float, column: Column) -> float:
    filled = min(1.0, 0.75 + column.share_filled / 4)
    shallow = 1 - 0.03 * min(column.depth, 4)
    if not name:
        return round(0.4 * share * filled * shallow, 3)
    return round((NAME_WEIGHT * name + (1 - NAME_WEIGHT) * share) * filled * shallow, 3)


def _evidence(column: Column, name: float, words: str) -> str:
    called = (
        _("son nom le dit") if name >= 0.8 else _("son nom le suggère") if name else _("seules ses valeurs le disent")
    )
    blank = (
        _("%(share)s sont vides") % {"share": percent(1 - column.share_filled)} if column.share_filled < 0.995 else ""
    )
    return joined([called, words, blank])


BY_VALUES = {"title", "address", "commune"}
"""Fields that are looked for in columns whose name says nothing, as something to ask about."""
ASKED = {"title"}
SHARED = ({"postal_code", "area"}, {"title", "address"}, {"title", "commune"}, {"area", "commune"})
