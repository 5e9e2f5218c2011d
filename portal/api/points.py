"""What the map draws of a question: every point in columns, every area once with its counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point

from geo.models import Area
from portal.models import Activity
from portal.read import counts
from portal.results import Results
from portal.vocabularies import Kind

DECIMALS = 6
TOLERANCE_DEGREES = 0.0005
"""Outlines lose what nobody sees below zoom 13: about 50 m."""


def points_of(results: Results) -> dict[str, Any]:
    """Counts, points and areas; a mission with three addresses has three points of the same id."""
    return {
        **asdict(results.counted),
        "points": _columns(counts.ids(results.where, results.where.located())),
        "areas": _areas(results),
    }


def _columns(ids: list[int]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "kind", "title", "lon", "lat")}
    located = Activity.objects.filter(pk__in=ids).order_by("public_id")
    rows = located.values_list("public_id", "kind", "title", "geometry")
    for public_id, kind, title, geometry in rows.iterator():
        for point in _points(geometry) if geometry else ():
            values = (public_id, kind, title, round(point.x, DECIMALS), round(point.y, DECIMALS))
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
    return columns


def _points(geometry: GEOSGeometry) -> Iterator[Point]:
    if isinstance(geometry, MultiPoint):
        yield from (part for part in geometry if isinstance(part, Point))
    elif isinstance(geometry, Point):
        yield geometry
    else:
        yield geometry.point_on_surface


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
