"""A proposal, a portal's datasets and a trial, for people (tables) and for programs (JSON)."""

from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harvesters import definition
from harvesters.discovery.look import Look
from harvesters.discovery.proposal import Finding, Proposal
from harvesters.discovery.trial import DryRun
from portal.models import Activity

DATASETS_SHOWN = 20
SURE, LIKELY = 0.8, 0.6
PLACE_DECIMALS = 5
COUNTS = ("read", "created", "updated", "unchanged", "filtered", "removed", "located", "areal", "unknown")


def show(proposal: Proposal, console: Console) -> None:
    """What was found, ten records, and what is asked."""
    source = proposal.source
    console.print(f"{source.title}  ({source.protocol}: {source.address})", markup=False, highlight=False)
    table = Table("field", "found", "sure", "because", box=None, pad_edge=False)
    for finding in proposal.findings:
        table.add_row(finding.field, Text(shown(finding.value)), _sure(finding), Text(finding.evidence))
    console.print(table)
    console.print(_records(proposal.sample))
    counts = ", ".join(f"{value:,} {name}" for name, value in proposal.counts.items())
    console.print(f"of the sample: {counts}", markup=False)
    for remark in proposal.remarks:
        console.print(f"– {remark}", markup=False, highlight=False, soft_wrap=True)
    for question in proposal.questions:
        line = Text(f"? {question.field}: {question.text}", style="yellow")
        if question.alternatives:
            line.append(f" Or: {', '.join(shown(one) for one in question.alternatives)}.")
        console.print(line, soft_wrap=True)


def show_datasets(look: Look, console: Console) -> None:
    """The likeliest datasets of a portal."""
    table = Table("civic", "kind", "dataset", "title", "because", box=None, pad_edge=False)
    for one in look.datasets[:DATASETS_SHOWN]:
        kind = one.kind if one.score else ""
        table.add_row(f"{one.score:.0%}", kind, Text(one.dataset.id), Text(one.dataset.title), Text(one.evidence))
    console.print(table)
    portal = look.portal
    console.print(
        f"{portal.title or portal.address} ({portal.protocol}) holds {len(look.datasets):,} datasets; "
        "choose one with --dataset ID",
        markup=False,
    )


def show_trial(trial: DryRun, console: Console) -> None:
    """What a run would change."""
    counts = ", ".join(f"{getattr(trial, name):,} {name}" for name in COUNTS)
    console.print(f"a run would have: {counts}, {trial.rejected.total():,} rejected", markup=False)
    for code, some in trial.examples.items():
        console.print(f"– {trial.rejected[code]:,} {code}, e.g. {some[0]}", markup=False, soft_wrap=True)
    if not trial.complete:
        console.print(f"– not complete: {trial.why_not}", markup=False, soft_wrap=True)


def _sure(finding: Finding) -> Text:
    style = "green" if finding.confidence >= SURE else "yellow" if finding.confidence >= LIKELY else "red"
    return Text(f"{finding.confidence:.0%}", style=style)


def _records(sample: list[Activity]) -> Table:
    table = Table("id", "title", "place", "status", "themes", "starts", "budget", box=None, pad_edge=False)
    for one in sample:
        budget = f"{one.budget} {one.currency}" if one.budget is not None else ""
        starts = f"{one.starts.astimezone(ZoneInfo(one.source.timezone)):%Y-%m-%d}" if one.starts else ""
        row = (one.source_record_id, one.title, place_of(one), one.status, ", ".join(one.themes), starts, budget)
        table.add_row(*(Text(str(cell)) for cell in row))
    return table


def place_of(activity: Activity) -> str:
    """Where an Activity is, in a few words."""
    if activity.geometry is not None:
        middle = activity.geometry.centroid
        return f"{middle.y:.{PLACE_DECIMALS}f}, {middle.x:.{PLACE_DECIMALS}f} ({activity.precision})"
    return f"{activity.area.name} ({activity.precision})" if activity.area else str(activity.precision)


def shown(value: Any) -> str:
    """A finding's value in one line: a column by its name, a table by its parts."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(inner)}" for key, inner in value.items() if key != "values") or "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(shown, value)) or "–"
    return "–" if value is None else repr(value) if value in ("\t", " ") else str(value)


def as_json(proposal: Proposal, trial: DryRun | None = None) -> dict[str, Any]:
    """All of a proposal, for programs."""
    source = proposal.source
    keys = [key for key in definition.FIELDS if hasattr(source, key)]
    found = {
        "ready": proposal.is_ready,
        "source": {"slug": source.slug} | {key: getattr(source, key) for key in keys},
        "findings": [_finding(one) for one in proposal.findings],
        "questions": [
            {"field": one.field, "text": one.text, "value": one.value, "alternatives": list(one.alternatives)}
            for one in proposal.questions
        ],
        "columns": proposal.columns,
        "counts": proposal.counts,
        "sample": [_activity(one) for one in proposal.sample],
        "remarks": proposal.remarks,
    }
    if trial is not None:
        found["dry_run"] = {name: getattr(trial, name) for name in COUNTS} | {
            "rejected": dict(trial.rejected), "examples": trial.examples, "complete": trial.complete,
            "why_not": trial.why_not, "differing": trial.differing,
        }  # fmt: skip
    return found


def datasets_as_json(look: Look) -> dict[str, Any]:
    """A portal's datasets, the likeliest first, for programs."""
    portal = look.portal
    return {
        "ready": False,
        "portal": {"protocol": portal.protocol, "address": portal.address, "title": portal.title},
        "datasets": [
            {"id": one.dataset.id, "title": one.dataset.title, "score": one.score, "kind": one.kind,
             "evidence": one.evidence, "licence": one.dataset.licence, "records": one.dataset.records}
            for one in look.datasets
        ],
    }  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "field": one.field, "value": one.value, "confidence": one.confidence, "evidence": one.evidence,
        "alternatives": list(one.alternatives),
    }  # fmt: skip


def _activity(one: Activity) -> dict[str, Any]:
    geometry = json_of(one)
    return {
        "id": one.source_record_id, "title": one.title, "precision": one.precision, "geometry": geometry,
        "area": one.area.name if one.area else "", "address": one.address, "status": one.status,
        "themes": one.themes, "starts": one.starts, "ends": one.ends, "budget": one.budget, "currency": one.currency,
    }  # fmt: skip


def json_of(activity: Activity) -> Any:
    """The geometry as GeoJSON text (EPSG:4326), or None."""
    return activity.geometry.geojson if activity.geometry is not None else None
