"""A proposal as the page shows it: each field with its value, how sure we are, why, and what else it could be."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from harvesters.adding.tables import Word, parts_for, summary_of, territories, vocabulary_of, words_of
from harvesters.discovery import Finding, Proposal, Question
from harvesters.discovery.choices import TRANSLATED
from harvesters.discovery.corrections import PLACE
from harvesters.discovery.labels import in_words, label_of
from harvesters.discovery.territory import names_of
from portal.models import Activity, Frequency
from portal.pages.item import TOLERANCE_DEGREES
from portal.vocabularies import Kind

SURE_FROM, LIKELY_FROM = 0.9, 0.6
ALWAYS = ("title", "kind", "mapping.title", "mapping.id", "publisher", "licence", "territory", "lang", "frequency")
"""Shown even when nothing was found: a source lives by them."""


POINTED_AT = ("mapping.lat", "mapping.lon", "mapping.point")
"""What a person may say where the position was not understood."""


@dataclass(frozen=True)
class Field:
    """One line of the form. spec: the whole entry of the mapping, where `words` show it; parts: columns to tick."""

    name: str
    label: str
    value: str
    sure: str
    evidence: str
    question: str
    choices: list[tuple[str, str]]
    spec: str = ""
    words: list[Word] = field(default_factory=list)
    vocabulary: list[tuple[str, str]] = field(default_factory=list)
    parts: list[tuple[str, bool]] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The translated words in one line."""
        return summary_of(self.words, self.vocabulary)

    @property
    def ticked(self) -> str:
        """The columns put together, to be compared with."""
        return json.dumps([name for name, is_ticked in self.parts if is_ticked])


def fields(proposal: Proposal) -> list[Field]:
    """The lines of the form: first what a person must decide, then what a source lives by, then the rest."""
    questions = {question.field: question for question in proposal.questions}
    findings = {finding.field: finding for finding in proposal.findings}
    mapped = [f"mapping.{name}" for name in proposal.source.mapping if name not in PLACE]
    pointed_at = POINTED_AT if "mapping.position" in questions else ()
    placed = [f"mapping.{name}" for name in PLACE if name in proposal.source.mapping]
    names = dict.fromkeys([*questions, *pointed_at, *ALWAYS, *mapped, *placed])
    return [_field(name, proposal, questions.get(name), findings.get(name)) for name in names]


def other_findings(proposal: Proposal, lines: list[Field]) -> list[tuple[str, Finding]]:
    """What was found out and needs no line of the form, with its name: protocol, encoding, delimiter."""
    shown = {line.name for line in lines}
    others = [one for one in proposal.findings if one.field not in shown and "mapping." not in one.field]
    return [(label_of(one.field), one) for one in others]


def _field(name: str, proposal: Proposal, question: Question | None, finding: Finding | None) -> Field:
    given = _value(name, proposal)
    if question and given in (None, "", []):
        given = question.value
    evidence = finding.evidence if finding else ""
    if name == "territory" and finding and finding.is_said:
        evidence = f"{evidence} : {names_of(proposal.source.territory)}"
    words = words_of(name, proposal)
    return Field(
        name, label_of(name), as_text(given, name), _sure(finding, question), evidence,
        question.text if question else "", _choices(name, given, proposal),
        spec=json.dumps(given, ensure_ascii=False) if words else "", words=words,
        vocabulary=vocabulary_of(name, proposal.source.kind) if words else [],
        parts=parts_for(given, proposal) if name == "mapping.id" else [],
    )  # fmt: skip


def _value(name: str, proposal: Proposal) -> Any:
    head, _dot, rest = name.partition(".")
    return proposal.source.mapping.get(rest) if head == "mapping" else getattr(proposal.source, head, None)


def as_text(value: Any, name: str) -> str:
    """A value as the form sends it and discovery reads it again."""
    if isinstance(value, dict) and set(value) == {"value"}:
        return str(value["value"])
    if isinstance(value, dict) and name.removeprefix("mapping.") in TRANSLATED and isinstance(value.get("column"), str):
        return str(value["column"])
    if name == "territory":
        return ", ".join(value or [])
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _sure(finding: Finding | None, question: Question | None) -> str:
    if question:
        return "ask"
    if finding is None:
        return ""
    if finding.is_said:
        return "said"
    return "sure" if finding.confidence >= SURE_FROM else "likely" if finding.confidence >= LIKELY_FROM else "unsure"


def _choices(name: str, given: Any, proposal: Proposal) -> list[tuple[str, str]]:
    """What a select offers; none where the person types."""
    if name == "kind":
        return [(kind.value, str(kind.label)) for kind in Kind]
    if name == "frequency":
        return [(one.value, str(one.label)) for one in Frequency]
    if name == "territory":
        return territories(given or [], _("aucun territoire"))
    if not name.startswith("mapping.") or name in ("mapping.crs", "mapping.currency", "mapping.position"):
        return []
    columns = [(column, _example(column, values)) for column, values in proposal.columns.items()]
    value, known = as_text(given, name), {column for column, _shown in columns} | {""}
    return [("", "–"), *([] if value in known else [(value, in_words(given))]), *columns]


def _example(column: str, values: list[str]) -> str:
    return f"{column} ({values[0][:30]})" if values and values[0] else column


def map_data(activities: list[Activity]) -> dict[str, Any] | None:
    """What the small map draws: a point or an outline for each record that has one; None when none has."""
    shapes = [_feature(shape) for activity in activities if (shape := _shape(activity))]
    if not shapes:
        return None
    areal = all(activity.geometry is None for activity in activities)
    collection = {"type": "FeatureCollection", "features": shapes}
    return {"kind": activities[0].kind, "areal": areal, "imprecise": False, "geometry": collection}


def _shape(activity: Activity) -> GEOSGeometry | None:
    shape: GEOSGeometry | None = activity.geometry
    if shape is None and activity.area:
        shape = activity.area.shape.simplify(TOLERANCE_DEGREES, preserve_topology=True)
    return shape


def _feature(shape: GEOSGeometry) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shape.geojson)}
