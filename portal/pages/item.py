"""What the page of one Activity says beside its own fields."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from geo.parse import Near
from portal.models import Activity
from portal.pages.state import UPCOMING, State
from portal.query import Query
from portal.querysets import distance_m
from portal.results import Results
from portal.same.others import others
from portal.vocabularies import LOCATED, PLACELESS, Kind, Status

NEAR_HERE = 5
NEAR_HERE_M = 5000.0
TOLERANCE_DEGREES = 0.0003
STEPS = (Status.SELECTED, Status.STUDIES, Status.PROCUREMENT, Status.WORKS, Status.DELIVERED)
"""The way of a participatory budget's project that went well."""


@dataclass(frozen=True)
class Step:
    label: str
    date: str
    done: bool
    current: bool


def back_address(data: QueryDict) -> str:
    """The results that one came from, exactly; empty when one came from elsewhere."""
    state = State.read(data)
    return state.address(page=state.page) if data else ""


def distance_from(state: State, activity: Activity) -> float | None:
    """Metres from the place searched; None without one, or when the Activity has no point."""
    if state.query.near is None or activity.precision not in LOCATED:
        return None
    found = Activity.objects.filter(pk=activity.pk).annotate(metres=distance_m("geometry", state.query.near.point))
    return found.values_list("metres", flat=True).first()


def near_here(activity: Activity) -> list[Activity]:
    """The five nearest others around it, or around the middle of its area."""
    point = middle(activity)
    if point is None:
        return []
    query = Query(near=point, radius_m=NEAR_HERE_M, when=UPCOMING)
    itself = {activity.pk, *(other.pk for other in others(activity))}
    around = Results(query).located(0, NEAR_HERE + len(itself))
    return [other for other in around if other.pk not in itself][:NEAR_HERE]


def middle(activity: Activity) -> Near | None:
    if activity.precision in PLACELESS:
        return None
    if activity.geometry is not None:
        point = activity.geometry if activity.geometry.geom_type == "Point" else activity.geometry.point_on_surface
        return Near(point.y, point.x)
    return Near(activity.area.centre.y, activity.area.centre.x) if activity.area else None


def steps(activity: Activity) -> list[Step]:
    """The stages that the source dates; else, for a chosen project, where it stands on the usual way."""
    if activity.stages:
        return [_dated(stage, activity.status) for stage in activity.stages]
    if activity.kind != Kind.PROJECT or activity.status not in STEPS:
        return []
    now = STEPS.index(Status(activity.status))
    return [Step(str(status.label), "", place <= now, place == now) for place, status in enumerate(STEPS)]


def _dated(stage: dict[str, str], status: str) -> Step:
    name = stage.get("stage", "")
    label = str(Status(name).label) if name in Status.values else name
    return Step(label, stage.get("date", ""), done=True, current=name == status)


def stale_since(activity: Activity) -> datetime | None:
    """When it was last seen, if the source's last complete run did not list it any more."""
    return activity.last_seen if activity.missing_since else None


def map_data(activity: Activity) -> dict[str, Any] | None:
    """What the small map draws: a point, or the outline of the area; None when there is no place."""
    if activity.precision in PLACELESS:
        return None
    shape = activity.geometry
    if shape is None and activity.area:
        shape = activity.area.shape.simplify(TOLERANCE_DEGREES, preserve_topology=True)
    if shape is None:
        return None
    return {
        "kind": activity.kind,
        "title": activity.title,
        "areal": activity.geometry is None,
        "imprecise": activity.precision == "street",
        "geometry": json.loads(shape.geojson),
    }


def openstreetmap_link(activity: Activity) -> str:
    """A plain link that shows the way, followed only when clicked."""
    point = middle(activity)
    if point is None or activity.precision not in LOCATED:
        return ""
    return f"https://www.openstreetmap.org/directions?to={point.lat:.6f}%2C{point.lon:.6f}"
