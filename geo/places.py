"""Finds places by what people type, and the Area that is at a point."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point
from django.db import connection
from django.utils.translation import gettext as _

from geo.models import Area, AreaName, Level
from geo.names import fold
from geo.parse import BBox, Near
from geo.resolver import Resolver
from geo.sizes import GEOD

__all__ = ["Found", "Label", "Resolver", "commune_at", "fold", "names_in", "search"]

SEARCH_MAX = 50
LABELS_MAX = 60
_KEY_MAX = 60
_ALIKE_FROM = 4
_NEAREST = 8
_NEAR_ENOUGH = 1.5
"""A point belongs to a commune without outline up to this many of its radii."""

_EXACT_GAIN = 2.5
_SEARCH = """
WITH hits AS MATERIALIZED (
    SELECT area_id, key, weight FROM geo_areaname WHERE key = %(key)s
    UNION ALL
    (SELECT area_id, key, weight FROM geo_areaname WHERE {prefix} ORDER BY weight DESC LIMIT %(many)s)
)
SELECT area_id, bool_or(key = %(key)s), max(weight + CASE WHEN key = %(key)s THEN %(gain)s ELSE 0 END) AS weight
FROM hits GROUP BY area_id ORDER BY weight DESC, area_id
"""
_ALIKE = """
SELECT area_id, false, max(weight + 8 * similarity(key, %(key)s)) AS weight
FROM geo_areaname WHERE key %% %(key)s GROUP BY area_id ORDER BY weight DESC, area_id LIMIT %(limit)s
"""
_CHAIN = ("", "parent__", "parent__parent__", "parent__parent__parent__", "parent__parent__parent__parent__")
_DRAWN = [f"{above}{field}" for above in _CHAIN for field in ("outline", "shape")]
_SMALLEST_LABEL = {3: 1_500_000, 4: 500_000, 5: 150_000, 6: 50_000, 7: 20_000, 8: 8_000, 9: 3_000, 10: 1_000}
_COUNTRIES_UNTIL_ZOOM = 5
_CITY_REGIONS_UNTIL_ZOOM = 7
_PARTS_FROM_ZOOM = 12


class _Hit(NamedTuple):
    area_id: int
    exact: bool
    weight: float


@dataclass(frozen=True)
class Found:
    """One place that fits what was typed.

    `name` is in the reader's language, `matched` is the other name that was typed the beginning of
    (`Bergen` for Mons), `context` tells it from its namesakes: «Hainaut, Belgique».
    """

    area: Area
    name: str
    matched: str
    context: str
    postcodes: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Label:
    """One name to write on a map."""

    name: str
    lon: float
    lat: float
    population: int | None
    level: str


Content = Callable[[Collection[Area]], Mapping[int, float]]
"""Gives more weight to areas, by their keys: a unit is as much as ten times the population."""


def search(prefix: str, limit: int = 8, near: Near | None = None, content: Content | None = None) -> list[Found]:
    """Places whose name, other name or postcode begins so, the likeliest first; else those spelt alike.

    Accents, case, hyphens and apostrophes do not count; «saint» is «st». With `near`, of two that
    are as likely the nearer comes first; with `content`, the one that has more.
    """
    key = fold(prefix[:200])[:_KEY_MAX]
    if not key:
        return []
    hits = _hits(key, min(limit, SEARCH_MAX) if near is None else SEARCH_MAX)
    known = Area.objects.select_related(_CHAIN[-1].removesuffix("__")).defer(*_DRAWN)
    areas = known.in_bulk([hit.area_id for hit in hits])
    hits = [hit for hit in hits if not _is_only_around(areas[hit.area_id], hits, areas)]
    if content is not None:
        weights = content(list(areas.values()))
        hits.sort(key=lambda hit: -hit.weight - weights.get(hit.area_id, 0.0))
    if near is not None:
        hits.sort(key=lambda hit: _degrees(areas[hit.area_id], near) / 10 - hit.weight)
    postcodes = _postcodes(areas)
    chosen = _with_exact(hits, limit)
    return [_found(areas[hit.area_id], hit.exact, key, tuple(postcodes.get(hit.area_id, ()))) for hit in chosen]


def names_in(bbox: BBox, zoom: int) -> list[Label]:
    """At most 60 names to write on a map of that box and zoom, the most populous first; countries when far out."""
    areas = Area.objects.filter(centre__intersects=bbox.geometry).defer("outline", "shape")
    levels = [Level.COMMUNE]
    if zoom <= _CITY_REGIONS_UNTIL_ZOOM:
        levels.append(Level.REGION)
    if zoom >= _PARTS_FROM_ZOOM:
        levels += [Level.DISTRICT, Level.PLACE]
    smallest = _SMALLEST_LABEL.get(max(zoom, min(_SMALLEST_LABEL)), 1)
    towns = areas.filter(level__in=levels, population__gte=smallest).exclude(level=Level.REGION, radius_m__gt=10_000)
    labels = [_label(area) for area in towns.order_by("-population", "code")[:LABELS_MAX]]
    if zoom <= _COUNTRIES_UNTIL_ZOOM:
        countries = areas.filter(level=Level.COUNTRY).order_by("-radius_m", "code")
        labels = [_label(area) for area in countries[: LABELS_MAX // 2]] + labels
    return labels[:LABELS_MAX]


def commune_at(point: Point) -> Area | None:
    """The commune whose outline holds the point (EPSG:4326), else of those near that have none the most likely.

    That is the one with the least distance to its centre for its size, and no farther than one and a half radii.
    """
    communes = Area.objects.filter(level=Level.COMMUNE).defer("outline", "shape")
    inside = communes.filter(outline__isnull=False, shape__covers=point).first()
    if inside is not None:
        return inside
    near = communes.filter(outline__isnull=True).order_by(GeometryDistance("centre", point))[:_NEAREST]
    radii = [(distance_m(area.centre, point) / area.radius_m, area.code, area) for area in near]
    return next((area for far, _code, area in sorted(radii)[:1] if far <= _NEAR_ENOUGH), None)


def distance_m(one: Point, other: Point) -> float:
    """Metres on the ellipsoid between two points of EPSG:4326."""
    return float(GEOD.inv(one.x, one.y, other.x, other.y)[2])


def context_of(area: Area) -> str:
    """What tells an Area from its namesakes: «Hainaut, Belgique» for a town, «province, Belgique» for a province."""
    chain = list(_above(area))
    country = chain[-1].label if chain and chain[-1].level == Level.COUNTRY else ""
    if area.level in (Level.PROVINCE, Level.REGION, Level.COUNTRY):
        first = _group_word(area)
    else:
        first = next((above.label for above in chain if above.label != area.label), "")
    return ", ".join(dict.fromkeys(word for word in (first, country) if word))


def _group_word(area: Area) -> str:
    if area.level == Level.COUNTRY:
        return _("pays")
    if area.level == Level.REGION:
        return _("région")
    return {"FR": _("département"), "CH": _("canton"), "US": _("État")}.get(area.country, _("province"))


def _above(area: Area) -> Iterator[Area]:
    while area.parent is not None:
        area = area.parent
        yield area


def _hits(key: str, limit: int) -> list[_Hit]:
    short = len(key) <= 3
    prefix = f"left(key, {len(key)}) = %(key)s" if short else "key LIKE %(pattern)s"
    values: dict[str, str | int | float] = {
        "key": key,
        "pattern": f"{key}%",
        "many": limit * 4,
        "limit": limit,
        "gain": _EXACT_GAIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEARCH.format(prefix=prefix), values)
        found = cursor.fetchall()
        if not found and len(key) >= _ALIKE_FROM:
            cursor.execute(_ALIKE, values)
            found = cursor.fetchall()
    return [_Hit(*row) for row in found]


def _is_only_around(area: Area, hits: list[_Hit], areas: dict[int, Area]) -> bool:
    """Whether this is the province of a town of the same name, which is what people mean."""
    if area.level not in (Level.PROVINCE, Level.REGION):
        return False
    exact = {hit.area_id for hit in hits if hit.exact}
    towns = (areas[pk] for pk in exact if areas[pk].level == Level.COMMUNE)
    return area.pk in exact and any(area in _above(town) for town in towns)


def _with_exact(hits: list[_Hit], limit: int) -> list[_Hit]:
    """The first ones; if none of them bears just that name, the last gives way to one that does."""
    first = hits[:limit]
    exact = next((hit for hit in hits if hit.exact), None)
    return first if exact is None or exact in first else [*first[:-1], exact]


def _postcodes(areas: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    keys = AreaName.objects.filter(area_id__in=list(areas), kind=AreaName.Kind.POSTCODE).order_by("key")
    for area_id, key in keys.values_list("area_id", "key"):
        found.setdefault(area_id, []).append(key)
    return found


def _found(area: Area, exact: bool, key: str, postcodes: tuple[str, ...]) -> Found:
    name = area.label
    matched = "" if fold(name).startswith(key) else next(_other_names(area, key), "")
    return Found(area, name, matched, context_of(area), postcodes, exact)


def _other_names(area: Area, key: str) -> Iterator[str]:
    return (name for name in (area.name, *area.names.values()) if fold(name).startswith(key))


def _degrees(area: Area, near: Near) -> float:
    return abs(area.centre.y - near.lat) + abs((area.centre.x - near.lon + 180) % 360 - 180)


def _label(area: Area) -> Label:
    return Label(area.label, area.centre.x, area.centre.y, area.population, area.level)
