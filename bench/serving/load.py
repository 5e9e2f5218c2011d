"""Made-up records into the tables that harvests fill: `python -m bench.serving.load 50000`, on DATABASE_URL's database.

Straight by COPY, without the indexes that can be made faster afterwards. What the search by words needs is not made:
nothing here is asked by words.
"""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy
from django.contrib.gis.geos import Point
from django.db import connection, transaction

from bench.serving.records import Chunk, Shape, Towns, chunks, thing, towns
from bench.serving.rows import columns_of
from geo.bundle import BundledPlace
from geo.models import Area
from geo.shapes import SRID, circle
from portal.models import Activity, Cluster, Membership, Source
from portal.vocabularies import Kind

SOURCES = 5
PARALLEL = "SET LOCAL max_parallel_maintenance_workers = 2"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=int)
    parser.add_argument("--seed", type=int, default=Shape(0).seed)
    parser.add_argument("--narrow", action="store_true", help="without descriptions")
    asked = parser.parse_args()
    load(Shape(asked.records, asked.seed, asked.narrow))


def load(shape: Shape) -> None:
    """Into empty tables, all or nothing."""
    around = towns()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no look-up of foreign keys: they are right
        sources = [(source.id, source.uid) for source in _sources()]
        areas = dict(Area.objects.values_list("code", "id"))
        with _without_indexes(cursor, Activity._meta.db_table):
            for chunk in chunks(shape, around):
                _add_areas(around, chunk, areas)
                _copy_chunk(cursor, chunk, around, sources, areas)
        _copy_clusters(cursor, shape)
        for model in (Activity, Cluster):
            table = model._meta.db_table
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {shape.records + 1})")


def _sources() -> list[Source]:
    return [
        Source.objects.create(
            slug=f"bench-{number}", uid=f"https://portal-{number}.example/records", title=f"Portail {number}",
            protocol="file", publisher=f"Ville {number}", address=f"https://portal-{number}.example/records.csv",
            licence="Licence Ouverte 2.0", kind=Kind.INITIATIVE, mapping={},
        )
        for number in range(SOURCES)
    ]  # fmt: skip


@contextmanager
def _without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Those of constraints stay: they are what says that the records are sound."""
    cursor.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid = %s::regclass AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)""",
        [table],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute(PARALLEL)
    for _, definition in indexes:
        cursor.execute(definition)


def _copy_chunk(
    cursor: Any, chunk: Chunk, around: Towns, sources: list[tuple[int, str]], areas: dict[str, int]
) -> None:
    columns = columns_of(chunk, around, sources, areas)
    rows = zip(*columns.values(), strict=True)
    _copy(cursor, Activity._meta.db_table, columns, ("\t".join(map(str, row)) for row in rows))


def _copy(cursor: Any, table: str, columns: Iterable[str], lines: Iterable[str]) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        copy.write("\n".join(lines).encode())


def _add_areas(around: Towns, chunk: Chunk, areas: dict[str, int]) -> None:
    """Communes that are concerned as a whole, as circles, where the gazetteer was not loaded."""
    concerned = {around.places[index].code: around.places[index] for index in chunk.town[chunk.areal].tolist()}
    missing = [place for code, place in concerned.items() if code not in areas]
    if not missing:
        return
    made = Area.objects.bulk_create(_circle(place) for place in missing)
    areas.update((area.code, area.id) for area in made)


def _circle(place: BundledPlace) -> Area:
    centre = Point(place.longitude, place.latitude, srid=SRID)
    return Area(
        code=place.code, level=place.level, country=place.country, name=place.name, population=place.population,
        centre=centre, radius_m=place.radius_m, shape=circle(centre, place.radius_m),
        source="INSEE, Statbel", licence="Licence Ouverte 2.0",
    )  # fmt: skip


def _copy_clusters(cursor: Any, shape: Shape) -> None:
    """What several sources tell; ids are numbers of records plus one, as those of the records are."""
    numbers = numpy.arange(shape.records)
    first = thing(numbers)
    again = numpy.unique(first[first != numbers])
    _copy(cursor, Cluster._meta.db_table, ["id", "created"], (f"{n + 1}\t2026-01-01T06:00Z" for n in again.tolist()))
    members = numpy.isin(first, again)
    rows = zip((numbers[members] + 1).tolist(), (first[members] + 1).tolist(), strict=True)
    _copy(
        cursor,
        Membership._meta.db_table,
        ["activity_id", "cluster_id", "place"],
        (f"{activity}\t{cluster}\t{activity - cluster}" for activity, cluster in rows),
    )


if __name__ == "__main__":
    main()
