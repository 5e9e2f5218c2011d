"""The read tables in parts by area, here and on a second PostgreSQL, asked what the product asks.

    python -m bench.scale.partitions URL [--remote URL] [--rounds 30]

URL is a database with the read tables filled (`./parages read rebuild`), as libpq spells it; the role must be allowed
to make extensions. Made anew there each time are the schemas `parted` and `away`, with tables of the same names: the
product's own statements meet them by the search path alone. They cost the read tables' disk again; drop them with
`DROP SCHEMA parted, away CASCADE`.

A region is a stripe from north to south; each holds as many items; region 0 holds what has no point. The unpruned
variants ask as the product does; the pruned one says in addition which regions the box meets.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import django
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

REGIONS = 8
AWAY_FROM = 5  # regions from here on lie on the second server
INDEXES = """
CREATE INDEX ON {schema}.read_item USING gist (extent);
CREATE INDEX ON {schema}.read_item USING gist (extent) WHERE NOT plain;
CREATE INDEX ON {schema}.read_item (public_id);
CREATE INDEX ON {schema}.read_item (activity_id);
CREATE INDEX ON {schema}.read_item (cluster) WHERE cluster IS NOT NULL;
CREATE INDEX ON {schema}.read_item (area_id) WHERE area_id IS NOT NULL;
CREATE INDEX ON {schema}.read_item (precision) WHERE precision IN (6, 7);
CREATE INDEX ON {schema}.read_item (source_id);
"""
FILL = """
INSERT INTO {into} SELECT i.*, CASE WHEN i.x IS NULL THEN 0 ELSE width_bucket(i.x, %(edges)s::int[]) + 1 END AS region
FROM public.read_item i ORDER BY i.mercator
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--remote", help="a database of a second server, PostGIS made in it")
    parser.add_argument("--rounds", type=int, default=30)
    asked = parser.parse_args()
    django.setup()
    with psycopg.connect(asked.url, autocommit=True) as here:
        edges = _edges(here)
        _parted(here, edges)
        if asked.remote:
            _away(here, asked.remote)
    paths = {"whole": "public", "parted": "parted,public", "parted, pruned": "parted,public"}
    paths |= {"half away": "away,public", "half away, pruned": "away,public"} if asked.remote else {}
    measure(asked.url, paths, edges, asked.rounds)


def _edges(here: Any) -> list[int]:
    shares = [part / REGIONS for part in range(1, REGIONS)]
    sql = "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY x) FROM public.read_item WHERE x IS NOT NULL"
    return list(here.execute(sql, [shares]).fetchone()[0])


def _parted(here: Any, edges: list[int]) -> None:
    _execute(here, """
        DROP SCHEMA IF EXISTS parted CASCADE; CREATE SCHEMA parted;
        CREATE TABLE parted.read_item (LIKE public.read_item, region smallint NOT NULL) PARTITION BY LIST (region);
    """)  # fmt: skip
    for region in range(REGIONS + 1):
        _execute(here, f"CREATE TABLE parted.item_{region} PARTITION OF parted.read_item FOR VALUES IN ({region})")
    here.execute(FILL.format(into="parted.read_item"), {"edges": edges})
    _execute(here, INDEXES.format(schema="parted") + "ANALYZE parted.read_item; GRANT USAGE ON SCHEMA parted TO public;"
             "GRANT SELECT ON ALL TABLES IN SCHEMA parted TO public")  # fmt: skip


def _away(here: Any, remote: str) -> None:
    """Regions from AWAY_FROM on lie over there; their texts stay here."""
    with psycopg.connect(remote, autocommit=True) as there:
        _execute(there, "CREATE EXTENSION IF NOT EXISTS postgis; DROP SCHEMA IF EXISTS away CASCADE")
        _execute(there, "CREATE SCHEMA away")
        columns = here.execute("""SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', '
            ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'parted.read_item'::regclass AND attnum > 0""")
        columns = columns.fetchone()[0]
        _execute(there, f"CREATE TABLE away.read_item ({columns})")
        copied = f"SELECT * FROM parted.read_item WHERE region >= {AWAY_FROM} ORDER BY mercator"  # noqa: S608
        with (
            here.cursor().copy(f"COPY ({copied}) TO STDOUT (FORMAT binary)") as source,
            there.cursor().copy("COPY away.read_item FROM STDIN (FORMAT binary)") as target,
        ):
            for data in source:
                target.write(data)
        _execute(there, INDEXES.format(schema="away"))
        _execute(there, "CREATE INDEX ON away.read_item (region); ANALYZE away.read_item")
    where, names = conninfo_to_dict(remote), ("host", "port", "dbname")
    address = ", ".join(f"{name} '{where[name]}'" for name in names if name in where)
    _execute(here, f"""
        CREATE EXTENSION IF NOT EXISTS postgres_fdw; DROP SERVER IF EXISTS away CASCADE;
        CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({address}, extensions 'postgis',
            use_remote_estimate 'true', fetch_size '1000', async_capable 'true');
        CREATE USER MAPPING FOR public SERVER away OPTIONS (user '{where["user"]}', password_required 'false');
        DROP SCHEMA IF EXISTS away CASCADE; CREATE SCHEMA away;
        CREATE TABLE away.read_item (LIKE public.read_item, region smallint NOT NULL) PARTITION BY LIST (region);
    """)  # fmt: skip
    for region in range(AWAY_FROM):
        _execute(here, f"CREATE TABLE away.item_{region} PARTITION OF away.read_item FOR VALUES IN ({region})")
    near = f"SELECT * FROM parted.read_item WHERE region < {AWAY_FROM} ORDER BY mercator"  # noqa: S608
    _execute(here, f"INSERT INTO away.read_item {near}")
    # Indexes first: a foreign table takes none, and a parent with one would ask it of every part.
    for region in range(AWAY_FROM):
        _execute(here, INDEXES.format(schema="away").replace("away.read_item", f"away.item_{region}"))
    far = ", ".join(str(region) for region in range(AWAY_FROM, REGIONS + 1))
    _execute(
        here,
        f"""
        CREATE FOREIGN TABLE away.item_far PARTITION OF away.read_item FOR VALUES IN ({far})
            SERVER away OPTIONS (schema_name 'away', table_name 'read_item');
        ANALYZE away.read_item; GRANT USAGE ON SCHEMA away TO public;
        GRANT SELECT ON ALL TABLES IN SCHEMA away TO public;
    """,
    )


def _execute(connection: Any, sql: str) -> None:
    connection.execute(sql)


@dataclass(frozen=True)
class Variant:
    name: str
    pool: Any
    is_pruned: bool


def measure(url: str, paths: dict[str, str], edges: list[int], rounds: int) -> None:
    from portal.read import database  # noqa: PLC0415 -- models are there only once Django is set up

    variants = [Variant(name, _pool(url, path), name.endswith("pruned")) for name, path in paths.items()]
    told: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        for question, ask in QUESTIONS.items():
            for variant in variants[number % len(variants) :] + variants[: number % len(variants)]:
                database._pool = lambda _name, pool=variant.pool: pool  # noqa: SLF001
                began = time.perf_counter()
                ask(number, edges if variant.is_pruned else None)
                told.setdefault((question, variant.name), []).append((time.perf_counter() - began) * 1000)
    print(f"{'median ms (90th percentile)':28}" + "".join(f"{variant.name:>22}" for variant in variants))
    for question in QUESTIONS:
        cells = (_cell(told[question, variant.name]) for variant in variants)
        print(f"{question:28}" + "".join(f"{cell:>22}" for cell in cells))
    for variant in variants:
        variant.pool.close()


def _cell(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} ({sorted(times)[int(len(times) * 0.9)]:.0f})"


def _pool(url: str, path: str) -> Any:
    from portal.read.database import _configure  # noqa: PLC0415

    def configure(made: Any) -> None:
        _configure(made)
        made.execute("SELECT set_config('statement_timeout', '60000', false), set_config('role', 'none', false)")
        made.execute("SELECT set_config('search_path', %s, false)", [path])

    kwargs = {"autocommit": True, "prepare_threshold": 0}
    return ConnectionPool(url, kwargs=kwargs, min_size=1, max_size=1, configure=configure, open=True)


CITIES = ((48.8566, 2.3522), (45.76, 4.84), (50.85, 4.35), (43.3, 5.37), (44.84, -0.58), (47.22, -1.55), (50.63, 3.06))


def _box(number: int, side: float) -> Any:
    from geo.parse import BBox  # noqa: PLC0415

    lat, lon = CITIES[number % len(CITIES)]
    lat, lon = lat + (number * 7 % 11 - 5) * 0.02, lon + (number * 5 % 13 - 6) * 0.02
    return BBox(lon - side, lat - side * 0.7, lon + side, lat + side * 0.7)


def _where(query: Any, edges: list[int] | None) -> Any:
    """The product's conditions; with `edges`, which regions the box meets too."""
    from geo.boxes import x_of  # noqa: PLC0415
    from portal.read.cells import DEEPEST, HALF_M  # noqa: PLC0415
    from portal.read.where import Where  # noqa: PLC0415

    class Pruned(Where):
        def located(self, *more: str) -> str:
            box = self.query.bbox
            columns = [int((x_of(lon) + HALF_M) / (2 * HALF_M) * 2**DEEPEST) for lon in (box.west, box.east)]
            first, last = (sum(edge <= column for edge in edges or ()) + 1 for column in columns)
            met = ", ".join(str(region) for region in (0, *range(first, last + 1)))
            return super().located(*more, f"i.region IN ({met})")

    return Pruned(query) if edges and query.bbox else Where(query)


def _boxed(side: float, limit: int) -> Callable[[int, Any], None]:
    def ask(number: int, edges: Any) -> None:
        from portal.query import Query  # noqa: PLC0415
        from portal.read.order import Ask, parts  # noqa: PLC0415
        from portal.read.render import KEYS  # noqa: PLC0415

        parts(_where(Query(bbox=_box(number, side)), edges), Ask(limit), KEYS)

    return ask


def _nearest(number: int, _edges: Any) -> None:
    from geo.parse import Near  # noqa: PLC0415
    from portal.query import Query  # noqa: PLC0415
    from portal.read.order import Ask, parts  # noqa: PLC0415
    from portal.read.render import KEYS  # noqa: PLC0415

    box = _box(number, 0.1)
    parts(_where(Query(near=Near(lon=box.west, lat=box.south)), None), Ask(50), KEYS)


def _tile(z: int) -> Callable[[int, Any], None]:
    def ask(number: int, edges: Any) -> None:
        from geo.boxes import x_of, y_of  # noqa: PLC0415
        from portal.query import Query  # noqa: PLC0415
        from portal.read import clusters, database, tiles, view  # noqa: PLC0415

        box, size_m = _box(number, 0.1), 2 * 20037508.342789244 / 2**z
        x, y = int((x_of(box.west) + size_m * 2**z / 2) / size_m), int((size_m * 2**z / 2 - y_of(box.south)) / size_m)
        if not edges:
            tiles.mvt(_where(Query(), None), z, x, y)
            return
        where = _where(replace(Query(), bbox=view.tile_box(z, x, y)), edges)
        sql, params = clusters.in_tile(where, z, x, y)
        database.rows(f"SELECT {clusters.TOLD} FROM ({sql}) c", params)  # noqa: S608

    return ask


QUESTIONS: dict[str, Callable[[int, Any], None]] = {
    "city box, 500 keys": _boxed(0.05, 500),
    "region box, 10,000 keys": _boxed(0.8, 10_000),
    "nearest 50": _nearest,
    "cells of a tile, zoom 6": _tile(6),
    "cells of a tile, zoom 12": _tile(12),
}

if __name__ == "__main__":
    main()
