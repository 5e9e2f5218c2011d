"""How many items a question has, and how many each value of a filter would give."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from portal.query import ALL
from portal.read import database
from portal.read.cells import CellSort
from portal.read.where import PLACELESS, UNCOUNTED, Where
from portal.vocabularies import Kind, Precision, Status, Theme


def by_precision(where: Where) -> dict[str, int]:
    """How many there are of each precision: inside of the bounds, and without a place beside them."""
    found: Counter[str] = Counter()
    for source in _disjoint(where):
        sql = f"SELECT i.precision, count(*) FROM read_item i WHERE {source} GROUP BY 1"
        for code, count in database.rows(sql, where.params):
            found[Precision.values[code]] += count
    return dict(found)


def matched(where: Where) -> int:
    """How many there are inside of the bounds."""
    return sum(count(where, one) for one in ([where.located(), where.areal()] if where.bounded else [where.items()]))


def count(where: Where, conditions: str) -> int:
    return int(database.one(f"SELECT count(*) FROM read_item i WHERE {conditions}", where.params)[0])


def total(where: Where) -> int | None:
    """How many there are of the kinds asked for, where nothing else is: the pyramid's top knows most of it."""
    if where.query.filtered or where.bounded:
        return None
    once = where.query.duplicates != ALL
    params = where.params | {"kinds": where.params.get("kind", list(range(len(Kind.values))))}
    params["sort"] = max(CellSort) if once else CellSort.PLAIN
    counted = (
        "SELECT coalesce(sum(n), 0) FROM read_cell WHERE level = 0 AND sort <= %(sort)s AND "
        "kind = ANY(%(kinds)s::smallint[])"
    )
    others = f"SELECT count(*) FROM read_item i WHERE {UNCOUNTED if once else 'NOT i.plain'} AND {where.items()}"
    return int(database.one(f"SELECT ({counted}) + ({others})", params)[0])


def ids(where: Where, conditions: str) -> list[int]:
    """The primary keys of Activities."""
    return [row[0] for row in database.rows(f"SELECT i.activity_id FROM read_item i WHERE {conditions}", where.params)]


def by_source(where: Where) -> list[tuple[str, str, str, str, str, str, int]]:
    """Slug, title, publisher, licence, its address, page, and how many of its records are in the answer."""
    told = ", ".join(f"s.{name}" for name in ("slug", "title", "publisher", "licence", "licence_url", "page"))
    placed = f"SELECT i.source_id, count(*) AS n FROM read_item i WHERE {where.placed()} GROUP BY 1"
    sql = f"SELECT {told}, f.n FROM ({placed}) f JOIN portal_source s ON s.id = f.source_id ORDER BY s.slug"
    return database.rows(sql, where.params)


class Spot(NamedTuple):
    """One place of an item, longitude and latitude in degrees of EPSG:4326."""

    id: str
    kind: int
    title: str
    lon: float
    lat: float


_SPOT = """
SELECT i.public_id::text, i.kind, a.title::text, ST_X(s.p), ST_Y(s.p)
FROM read_item i JOIN portal_activity a ON a.id = i.activity_id
CROSS JOIN LATERAL (SELECT i.geometry AS p WHERE GeometryType(i.geometry) = 'POINT'
    UNION ALL SELECT (ST_DumpPoints(i.geometry)).geom WHERE GeometryType(i.geometry) = 'MULTIPOINT'
    UNION ALL SELECT ST_PointOnSurface(i.geometry) WHERE GeometryType(i.geometry) NOT IN ('POINT', 'MULTIPOINT')) s
"""


def points(where: Where) -> list[Spot]:
    """Every place of every located item: of several addresses each, of a line or a surface a point on it."""
    rows = database.rows(f"{_SPOT} WHERE {where.located()} ORDER BY i.public_id", where.params)
    return [Spot(key.decode(), kind, title.decode(), lon, lat) for key, kind, title, lon, lat in rows]


def extent(where: Where) -> tuple[float, float, float, float] | None:
    """West, south, east, north of what is located, in degrees of EPSG:4326."""
    box = "ST_Transform(ST_SetSRID(ST_Extent(i.mercator), 3857)::geometry, 4326) AS b"
    inner = f"SELECT {box} FROM read_item i WHERE {where.located()}"
    west, south, east, north = database.one(
        f"SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM ({inner}) e", where.params
    )
    return None if west is None else (west, south, east, north)


def published_by_source() -> dict[int, int]:
    """How many records each source publishes, by its key."""
    return dict(database.rows("SELECT source_id, count(*) FROM read_item GROUP BY 1", {}))


def by_area(where: Where) -> list[tuple[int, int, int]]:
    """Area, kind (its number) and how many there are."""
    sql = f"SELECT i.area_id, i.kind, count(*) FROM read_item i WHERE {where.areal()} GROUP BY 1, 2"
    return database.rows(sql, where.params)


def _disjoint(where: Where) -> list[str]:
    """Conditions that each have an index of their own and share no item."""
    return [where.located(), where.areal(), where.items(PLACELESS)] if where.bounded else [where.items()]


class Combination(NamedTuple):
    """Things with the same kind, status and themes (a mask), and how many they are. Of several records: which thing."""

    kind: int
    status: int
    themes: int
    n: int
    thing: int | None = None


def combinations(where: Where) -> list[Combination]:
    """What the records inside of the bounds are, counted; things of several records by each of them."""
    once = where.query.duplicates != ALL
    alone = "AND i.cluster IS NULL" if once else ""
    sql = f"SELECT i.kind, i.status, i.themes, count(*) FROM read_item i WHERE {{}} {alone} GROUP BY 1, 2, 3"
    found = [Combination(*row) for part in _records(where) for row in database.rows(sql.format(part), where.params)]
    if once:
        several = "SELECT DISTINCT i.kind, i.status, i.themes, 1, i.cluster FROM read_item i WHERE {} AND i.cluster > 0"
        found += [
            Combination(*row) for part in _records(where) for row in database.rows(several.format(part), where.params)
        ]
    return found


def _records(where: Where) -> list[str]:
    if not where.bounded:
        return [where.filters]
    return [f"{where.filters} AND {part}" for part in where.bounded_parts()]


def kinds(found: list[Combination]) -> dict[str, int]:
    """How many things have each kind in any of their records."""
    return _tally(found, Kind.values, lambda one: (one.kind,))


def statuses(found: list[Combination]) -> dict[str, int]:
    return _tally(found, Status.values, lambda one: (one.status,))


def themes(found: list[Combination]) -> dict[str, int]:
    places = range(len(Theme.values))
    return _tally(found, Theme.values, lambda one: [place for place in places if one.themes >> place & 1])


def _tally(
    found: list[Combination], words: list[str], values: Callable[[Combination], Iterable[int]]
) -> dict[str, int]:
    counts, things = [0] * len(words), set()
    for one in found:
        for place in values(one):
            if one.thing is None:
                counts[place] += one.n
            elif (place, one.thing) not in things:
                things.add((place, one.thing))
                counts[place] += 1
    return dict(zip(words, counts, strict=True))
