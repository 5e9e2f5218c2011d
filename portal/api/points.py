"""What the map draws of a question: every point in columns, every area once with its counts."""

from collections import Counter, defaultdict
from dataclasses import asdict
from typing import Any

from geo.models import Area
from portal.read import counts
from portal.results import Results
from portal.vocabularies import Kind

DECIMALS = 6
TOLERANCE_DEGREES = 0.0005
"""Outlines lose what nobody sees below zoom 13: about 50 m."""


MOST = 50_000
"""So many items a browser can hold and group by itself; more it asks for in groups, view by view."""


def points_of(results: Results) -> dict[str, Any]:
    """Counts, points and areas; a mission with three addresses has three points of the same id.

    `many`: there are too many points to give them all; `extent` says where they are, `…/clusters` gives them in groups.
    """
    counted = results.counted
    many = counted.located > MOST
    return {
        **asdict(counted),
        "many": many,
        "extent": counts.extent(results.where) if many else None,
        "points": _columns([] if many else counts.points(results.where)),
        "areas": _areas(results),
    }


def _columns(rows: list[counts.Spot]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "kind", "title", "lon", "lat")}
    for row in rows:
        values = (row.id, Kind.values[row.kind], row.title, round(row.lon, DECIMALS), round(row.lat, DECIMALS))
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    return columns


def _areas(results: Results) -> list[dict[str, Any]]:
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for area_id, kind, count in counts.by_area(results.where):
        found[area_id][Kind.values[kind]] += count
    areas = Area.objects.filter(id__in=found).order_by("code")
    return [_area(area, found[area.id]) for area in areas]


def _area(area: Area, counts: Counter[str]) -> dict[str, Any]:
    shape = area.shape.simplify(TOLERANCE_DEGREES, preserve_topology=True)
    return {
        "code": area.code,
        "name": area.label,
        "level": area.level,
        "centre": [round(area.centre.x, DECIMALS), round(area.centre.y, DECIMALS)],
        "outlined": area.outline is not None,
        "geometry": {"type": shape.geom_type, "coordinates": _rounded(shape.coords)},
        "counts": {kind.value: counts[kind] for kind in Kind},
    }


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, 5)
    return [_rounded(part) for part in coordinates]
