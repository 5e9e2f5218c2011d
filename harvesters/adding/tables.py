"""A field of the form that is more than one value: words of the source and ours, columns put together, a territory."""

from dataclasses import dataclass
from typing import Any

from geo.models import Area
from geo.places import context_of, search
from harvesters.discovery import Proposal
from harvesters.discovery.choices import TRANSLATED
from harvesters.discovery.labels import parts_of
from harvesters.mapping import Reader
from portal.vocabularies import STATUSES, Kind, Theme

COLUMNS_MAX, PLACES_MAX, SUMMED_UP = 80, 8, 6
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Word:
    """A word of the source, and ours for it; "" when it has none."""

    theirs: str
    ours: str


def words_of(name: str, proposal: Proposal) -> list[Word]:
    """Of a status or themes, each word that the sample holds, the commonest first."""
    field = name.removeprefix("mapping.")
    spec = proposal.source.mapping.get(field)
    if field not in TRANSLATED or not isinstance(spec, dict) or not isinstance(spec.get("column"), str):
        return []
    reader = Reader({name: value for name, value in spec.items() if name != "default"})
    known = {ours for ours, _label in vocabulary_of(name, proposal.source.kind)}
    return [Word(word, _ours(reader, spec["column"], word, known)) for word in proposal.words.get(field, ())]


def _ours(reader: Reader, column: str, word: str, known: set[str]) -> str:
    """A table without any word lets theirs through as they are: one that is none of ours is no translation."""
    return next((ours for ours in reader.translated({column: word}) if ours in known), "")


def vocabulary_of(name: str, kind: str) -> Choices:
    """Our words, with what they are called."""
    if name == "mapping.status":
        return [(status.value, str(status.label)) for status in STATUSES[Kind(kind)]]
    return [(theme.value, str(theme.label)) for theme in Theme]


def summary_of(words: list[Word], vocabulary: Choices) -> str:
    """«FIN → livré, TRAVAUX → en travaux …»"""
    labels = dict(vocabulary)
    some = ", ".join(f"{one.theirs} → {labels.get(one.ours, one.ours) or '?'}" for one in words[:SUMMED_UP])
    return f"{some} …" if len(words) > SUMMED_UP else some


def parts_for(spec: Any, proposal: Proposal) -> list[tuple[str, bool]]:
    """The columns that an id may be put together of, and which are."""
    chosen = parts_of(spec)
    names = dict.fromkeys([*chosen, *list(proposal.columns)[:COLUMNS_MAX]])
    return [(name, name in chosen) for name in names]


def territories(codes: list[str], nothing: str) -> Choices:
    """The territory as it is, what lies around it, its namesakes, and none."""
    areas = list(Area.objects.filter(code__in=codes).defer("outline", "shape"))
    found: dict[str, str] = {", ".join(codes): ", ".join(map(_called, areas))} if codes else {"": nothing}
    if len(areas) == 1:
        for area in [*_around(areas[0]), *(one.area for one in search(areas[0].name, limit=PLACES_MAX))]:
            found.setdefault(area.code, _called(area))
    return list((found | ({} if "" in found else {"": nothing})).items())


def _around(area: Area) -> list[Area]:
    above = []
    while area.parent is not None:
        area = area.parent
        above.append(area)
    return above


def _called(area: Area) -> str:
    context = context_of(area)
    return f"{area.name} ({context})" if context else area.name
