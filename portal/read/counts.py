"""How many items a question has, and how many each value of a filter would give."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from portal.query import ALL
from portal.read import database
from portal.read.where import PLACELESS, Where
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
    params = where.params | {"kinds": where.params.get("kind", list(range(len(Kind.values))))}
    plain = "SELECT coalesce(sum(n), 0) FROM read_cell WHERE level = 0 AND kind = ANY(%(kinds)s::smallint[])"
    others = f"SELECT count(*) FROM read_item i WHERE NOT i.plain AND {where.items()}"
    return int(database.one(f"SELECT ({plain}) + ({others})", params)[0])


def ids(where: Where, conditions: str) -> list[int]:
    """The primary keys of Activities."""
    return [row[0] for row in database.rows(f"SELECT i.activity_id FROM read_item i WHERE {conditions}", where.params)]


def by_area(where: Where) -> list[tuple[int, int, int]]:
    """Area, kind (its number) and how many there are."""
    sql = f"SELECT i.area_id, i.kind, count(*) FROM read_item i WHERE {where.areal()} GROUP BY 1, 2"
    return database.rows(sql, where.params)


def _disjoint(where: Where) -> list[str]:
    """Conditions that each have an index of their own and share no item."""
    return [where.located(), where.areal(), where.items(PLACELESS)] if where.bounded else [where.items()]


@dataclass(frozen=True)
class Combination:
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


def tally(found: list[Combination], values: dict[str, Any]) -> dict[str, int]:
    """How many things have each value: `values` gives for each a test of a Combination."""
    counts = {}
    for value, test in values.items():
        fitting = [one for one in found if test(one)]
        things = {one.thing for one in fitting if one.thing is not None}
        counts[value] = sum(one.n for one in fitting if one.thing is None) + len(things)
    return counts


def has_kind(word: str) -> Any:
    code = Kind.values.index(word)
    return lambda one: one.kind == code


def has_status(word: str) -> Any:
    code = Status.values.index(word)
    return lambda one: one.status == code


def has_theme(word: str) -> Any:
    bit = 1 << Theme.values.index(word)
    return lambda one: bool(one.themes & bit)
