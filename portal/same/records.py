"""Activities as the comparison sees them, with the areas they lie in; and which of several is shown first."""

from collections.abc import Collection
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point
from django.db import connection

from geo.models import Area, Level
from portal.models import Activity
from portal.same.score import Told
from portal.same.traces import links_of
from portal.vocabularies import AREAL, LOCATED, Precision

_TOLD = (Level.COMMUNE, Level.DISTRICT, Level.PLACE)
"""Wider areas tell nothing of where a thing is."""

_COMMUNES = """
SELECT activity.id, (SELECT area.id FROM geo_area area WHERE area.level = 'commune'
    AND ST_Intersects(area.shape, ST_PointOnSurface(activity.geometry)) ORDER BY area.id LIMIT 1)
FROM portal_activity activity WHERE activity.id = ANY(%s) AND activity.geometry IS NOT NULL
"""
_WEALTH = (
    "summary", "description", "organisation", "organisation_id", "image", "website", "join_url", "address",
    "postal_code", "starts", "ends", "deadline", "opening_hours", "budget", "votes", "stages", "places", "rhythm",
    "schedule", "skills", "themes", "open_to_minors", "reduced_mobility",
)  # fmt: skip
"""Fields that make one record richer than another when they say something."""


def told(activity_ids: Collection[int]) -> dict[int, Told]:
    """What these records say of themselves; a pin without an area lies in the commune around it."""
    activities = list(Activity.objects.filter(pk__in=activity_ids).select_related("source"))
    area_ids = _communes([activity.pk for activity in activities if activity.area_id is None])
    area_ids |= {activity.pk: activity.area_id for activity in activities if activity.area_id}
    areas = (
        Area.objects.only("code", "name", "level", "parent").select_related("parent").in_bulk(set(area_ids.values()))
    )
    return {activity.pk: _told(activity, areas.get(area_ids.get(activity.pk, 0))) for activity in activities}


def _communes(activity_ids: list[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_COMMUNES, [activity_ids])
        return {activity_id: area_id for activity_id, area_id in cursor.fetchall() if area_id}


def _told(activity: Activity, area: Area | None) -> Told:
    around = [one for one in (area, area.parent if area else None) if one is not None and one.level in _TOLD]
    return Told(
        kind=activity.kind,
        title=activity.title,
        points=_points(activity.geometry),
        areas=tuple(one.code for one in around),
        commune=around[-1].name if around else "",
        address=activity.address,
        postal_code=activity.postal_code,
        organisation=activity.organisation,
        organisation_id=activity.organisation_id,
        links=links_of(activity),
        starts=activity.starts,
        ends=activity.ends,
        edition=activity.edition,
    )


def _points(geometry: GEOSGeometry | None) -> tuple[tuple[float, float], ...]:
    if geometry is None:
        return ()
    parts = list(geometry) if isinstance(geometry, MultiPoint) else [geometry]
    points = [part if isinstance(part, Point) else part.point_on_surface for part in parts]
    return tuple((point.x, point.y) for point in points)


def rank(activity: Activity) -> tuple[Any, ...]:
    """Lowest first: with a pin before areal before without a place, then the richer, then the fresher, then by id."""
    placed = 0 if activity.precision in LOCATED else 1 if activity.precision in AREAL else 2
    wealth = sum(getattr(activity, name) not in (None, "", []) for name in _WEALTH)
    fresh = activity.source_modified.date() if activity.source_modified else activity.data_date
    age = -fresh.toordinal() if fresh else 0
    return placed, -wealth, list(Precision).index(Precision(activity.precision)), age, activity.public_id
