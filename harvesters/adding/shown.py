"""A proposal as the page shows it: each field with its value, how sure we are, why, and what else it could be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from geo.models import Area
from harvesters.discovery import Finding, Proposal, Question
from harvesters.discovery.corrections import PLACE
from portal.models import Activity, Frequency
from portal.pages.item import TOLERANCE_DEGREES
from portal.vocabularies import Kind

SURE_FROM, LIKELY_FROM = 0.9, 0.6
LABELS: dict[str, str | Promise] = {
    "kind": _("Nature"),
    "title": _("Nom de la source"),
    "publisher": _("Éditeur"),
    "licence": _("Licence"),
    "territory": _("Territoire"),
    "lang": _("Langue"),
    "frequency": _("Fréquence"),
    "mapping.id": _("Identifiant"),
    "mapping.title": _("Titre"),
    "mapping.summary": _("Résumé"),
    "mapping.description": _("Description"),
    "mapping.organisation": _("Organisation"),
    "mapping.lat": _("Latitude"),
    "mapping.lon": _("Longitude"),
    "mapping.point": _("Point"),
    "mapping.geometry": _("Géométrie"),
    "mapping.crs": _("Système de coordonnées"),
    "mapping.address": _("Adresse"),
    "mapping.postal_code": _("Code postal"),
    "mapping.commune": _("Commune"),
    "mapping.area": _("Quartier ou code du secteur"),
    "mapping.starts": _("Début"),
    "mapping.ends": _("Fin"),
    "mapping.status": _("État"),
    "mapping.themes": _("Thèmes"),
    "mapping.budget": _("Montant"),
    "mapping.currency": _("Monnaie"),
    "mapping.edition": _("Édition"),
    "mapping.votes": _("Votes"),
    "mapping.website": _("Site"),
    "mapping.source_url": _("Page à la source"),
    "mapping.image": _("Image"),
    "mapping.data_date": _("Date de la donnée"),
}
ALWAYS = ("title", "kind", "mapping.title", "mapping.id", "publisher", "licence", "territory", "lang", "frequency")
"""Shown even when nothing was found: a source lives by them."""


@dataclass(frozen=True)
class Field:
    """One line of the form."""

    name: str
    label: str
    value: str
    sure: str
    evidence: str
    question: str
    choices: list[tuple[str, str]]


def fields(proposal: Proposal) -> list[Field]:
    """The lines of the form: first what a person must decide, then what a source lives by, then the rest."""
    questions = {question.field: question for question in proposal.questions}
    findings = {finding.field: finding for finding in proposal.findings}
    mapped = [f"mapping.{name}" for name in proposal.source.mapping if name not in PLACE]
    names = dict.fromkeys([*questions, *ALWAYS, *mapped, *(f"mapping.{name}" for name in _place(proposal))])
    return [_field(name, proposal, questions.get(name), findings.get(name)) for name in names]


def other_findings(proposal: Proposal, lines: list[Field]) -> list[Finding]:
    """What was found out and needs no line of the form: protocol, encoding, delimiter."""
    shown = {line.name for line in lines}
    return [finding for finding in proposal.findings if finding.field not in shown and "mapping." not in finding.field]


def _place(proposal: Proposal) -> Iterator[str]:
    return (name for name in PLACE if name in proposal.source.mapping)


def _field(name: str, proposal: Proposal, question: Question | None, finding: Finding | None) -> Field:
    value = as_text(_value(name, proposal))
    if question and not value:
        value = as_text(question.value)
    sure = _sure(finding, question)
    evidence = _names_of(proposal) if name == "territory" else finding.evidence if finding else ""
    label = str(LABELS.get(name, name.removeprefix("mapping.")))
    return Field(name, label, value, sure, evidence, question.text if question else "", _choices(name, value, proposal))


def _names_of(proposal: Proposal) -> str:
    names = Area.objects.filter(code__in=proposal.source.territory).values_list("name", flat=True)
    return ", ".join(names)


def _value(name: str, proposal: Proposal) -> Any:
    head, _dot, rest = name.partition(".")
    return proposal.source.mapping.get(rest) if head == "mapping" else getattr(proposal.source, head, None)


def as_text(value: Any) -> str:
    """A value as the form shows it and discovery reads it again."""
    if isinstance(value, dict) and set(value) == {"value"}:
        return str(value["value"])
    if isinstance(value, list) and all(isinstance(one, str) and "," not in one for one in value):
        return ", ".join(value)
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


def _choices(name: str, value: str, proposal: Proposal) -> list[tuple[str, str]]:
    """What a select offers; none where the person types."""
    if name == "kind":
        return [(kind.value, str(kind.label)) for kind in Kind]
    if name == "frequency":
        return [(one.value, str(one.label)) for one in Frequency]
    if not name.startswith("mapping.") or name in ("mapping.crs", "mapping.currency"):
        return []
    columns = [(column, _example(column, values)) for column, values in proposal.columns.items()]
    known = {column for column, _shown in columns} | {""}
    return [("", "–"), *([] if value in known else [(value, value)]), *columns]


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
