"""Loads the bundled gazetteer into the database, and says what is there."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
import shapely
from django.db import connection, transaction
from django.db.models import Count, Q
from shapely.geometry.base import BaseGeometry

from geo import bundle
from geo.bundle import SOURCES, BundledPlace
from geo.keys import keys_of
from geo.models import Area, Level
from geo.shapes import SRID, circles
from geo.sizes import circle_rings

_STAGES = """
CREATE TEMP TABLE area_stage (code text, level text, country text, name text, names jsonb, parent text,
    population integer, population_year smallint, centre geometry, radius_m integer, outline geometry, shape geometry,
    source text, licence text) ON COMMIT DROP;
CREATE TEMP TABLE key_stage (code text, key text, kind text, weight float8) ON COMMIT DROP
"""
_IDS = """
CREATE TEMP TABLE area_ids ON COMMIT DROP AS
SELECT code, id FROM geo_area UNION ALL
SELECT code, nextval(pg_get_serial_sequence('geo_area', 'id')) FROM area_stage
WHERE NOT EXISTS (SELECT FROM geo_area WHERE geo_area.code = area_stage.code)
"""
_MERGE = """
INSERT INTO geo_area AS old (id, code, level, country, name, names, parent_id, population, population_year, centre,
    radius_m, outline, shape, source, licence)
SELECT own.id, stage.code, level, country, name, names, above.id, population, population_year, centre,
    radius_m, outline, shape, source, licence
FROM area_stage stage JOIN area_ids own USING (code) LEFT JOIN area_ids above ON above.code = stage.parent
ORDER BY centre
ON CONFLICT (code) DO UPDATE SET level = excluded.level, country = excluded.country, name = excluded.name,
    names = excluded.names, parent_id = excluded.parent_id, population = excluded.population,
    population_year = excluded.population_year, centre = excluded.centre, radius_m = excluded.radius_m,
    outline = excluded.outline, shape = excluded.shape, source = excluded.source, licence = excluded.licence
WHERE old.source = ANY(%s)
"""
_FORGET_KEYS = """
DELETE FROM geo_areaname USING geo_area, area_stage
WHERE area_id = geo_area.id AND geo_area.code = area_stage.code
"""
_KEYS = """
INSERT INTO geo_areaname (area_id, key, kind, weight)
SELECT geo_area.id, key, kind, weight FROM key_stage JOIN geo_area USING (code) ORDER BY key
"""
_CITY_PROVINCE_M = 10_000
"""A province this small with a commune of its name, such as Paris, is that commune: nobody looks for both."""


@dataclass(frozen=True)
class Coverage:
    """What the database knows of one country."""

    country: str
    communes: int
    outlined: int
    districts: int
    places: int
    wider: int


def load(countries: Collection[str] | None = None) -> int:
    """Load the bundled places of some countries (ISO codes), or all; returns how many there are.

    Areas whose outline came from a file of the operator keep what that file said. Loading again
    what is already there changes nothing and takes no time.
    """
    mark = f"gazetteer {bundle.digest()}"
    if countries is None and _comment() == mark and Area.objects.exists():
        return Area.objects.count()
    places = bundle.read_places(countries)
    outlines = bundle.read_outlines({place.code for place in places})
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_STAGES)
        _copy(cursor, "area_stage", _area_rows(places, outlines))
        _copy(cursor, "key_stage", _key_rows(places))
        cursor.execute(_IDS)
        cursor.execute(_MERGE, [[attribution for attribution, _licence in SOURCES.values()]])
        for statement in (_FORGET_KEYS, _KEYS):
            cursor.execute(statement)
        if countries is None:
            cursor.execute(f"COMMENT ON TABLE geo_area IS '{mark}'")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_area, geo_areaname")
    return len(places)


def coverage() -> list[Coverage]:
    """What is known of each country, the best covered first."""
    commune = Q(level=Level.COMMUNE)
    rows = (
        Area.objects.values("country")
        .annotate(
            communes=Count("id", filter=commune),
            outlined=Count("id", filter=commune & Q(outline__isnull=False)),
            districts=Count("id", filter=Q(level=Level.DISTRICT)),
            places=Count("id", filter=Q(level=Level.PLACE)),
            wider=Count("id", filter=Q(level__in=(Level.PROVINCE, Level.REGION, Level.COUNTRY))),
        )
        .order_by("-outlined", "-communes", "country")
    )
    return [Coverage(**row) for row in rows]


def _comment() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('geo_area'::regclass, 'pg_class')")
        return str(cursor.fetchone()[0] or "")


def _copy(cursor: Any, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _area_rows(places: list[BundledPlace], outlines: dict[str, BaseGeometry]) -> Iterator[tuple[Any, ...]]:
    centres = _hex(shapely.points([(place.longitude, place.latitude) for place in places]))
    shapes = dict(zip(outlines, _hex(list(outlines.values())), strict=True))
    round_ones = [place for place in places if place.code not in outlines]
    for place, shape in zip(round_ones, _hex(_circles(round_ones)), strict=True):
        shapes[place.code] = shape
    for place, centre in zip(places, centres, strict=True):
        shape = shapes[place.code]
        yield (
            *(place.code, place.level, place.country, place.name, json.dumps(place.names, ensure_ascii=False)),
            *(place.parent, place.population, place.population_year, centre, place.radius_m),
            *(shape if place.code in outlines else None, shape, *SOURCES[place.origin]),
        )


def _circles(places: list[BundledPlace]) -> Sequence[BaseGeometry]:
    columns = numpy.array([(place.longitude, place.latitude, place.radius_m) for place in places]).T
    return circles(circle_rings(*columns))


def _key_rows(places: list[BundledPlace]) -> Iterator[tuple[str, str, str, float]]:
    cities = {(place.parent, place.name) for place in places if place.level == Level.COMMUNE}
    for place in places:
        if (place.code, place.name) in cities and place.level == Level.PROVINCE and place.radius_m < _CITY_PROVINCE_M:
            continue
        names = (place.name, *place.names.values())
        for key in keys_of(names, place.aliases, place.postcodes, place.level, place.country, place.population):
            yield (place.code, *key)


def _hex(shapes: Any) -> list[str]:
    located = shapely.set_srid(numpy.asarray(shapes, dtype=object), SRID)
    return [str(text) for text in shapely.to_wkb(located, hex=True, include_srid=True)]
