"""Whether a dataset holds initiatives, projects or missions: by its own words and by the columns it has."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from harvesters.discovery.columns import Column
from harvesters.discovery.labels import label_of
from harvesters.discovery.names import spoken
from harvesters.discovery.ranking import words_in
from portal.vocabularies import Kind

SIGNS: dict[Kind, tuple[str, ...]] = {
    Kind.PROJECT: ("votes", "edition", "budget"),
    Kind.MISSION: ("places", "remote", "schedule", "open_to_minors", "join_url", "ends"),
    Kind.INITIATIVE: ("opening_hours", "website"),
}
NAMED, SIGN = 0.06, 0.6
SURE_FROM = 0.5


def kind_of(words: str, meaning: Mapping[str, Sequence[Any]], columns: Sequence[Column]) -> tuple[Kind, float, str]:
    """The kind, how sure that is, and why. `words`: the dataset's title, address and keywords."""
    text = " ".join([words, *(spoken(column.name) for column in columns)])
    found = words_in(text)
    points: dict[Kind, float] = {}
    why: dict[Kind, list[str]] = {}
    for kind, signs in SIGNS.items():
        said = found.get(kind.value, {})
        best = max(said.values(), default=0) * NAMED
        here = [sign for sign in signs if meaning.get(sign) and meaning[sign][0].confidence >= SURE_FROM + 0.1]
        points[kind] = best + SIGN * len(here) / 2
        why[kind] = [
            *(f"«{word}»" for word in list(said)[:3]),
            *(_("une colonne « %(name)s »") % {"name": label_of(f"mapping.{sign}")} for sign in here),
        ]
    best_kind = max(points, key=lambda kind: points[kind])
    if points[best_kind] < 0.2:
        return Kind.INITIATIVE, 0.3, _("rien ne le dit : « initiative » est le mot le plus large")
    second = max(value for kind, value in points.items() if kind != best_kind)
    confidence = round(min(0.95, 0.45 + (points[best_kind] - second) * 0.6), 2)
    return best_kind, confidence, ", ".join(why[best_kind])
