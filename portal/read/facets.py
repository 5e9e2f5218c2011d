"""How many items of a box have each kind, theme and status; in milliseconds where the pyramid knows."""

from collections import Counter
from dataclasses import replace

from portal.read import counts, database, view
from portal.read.cells import summed
from portal.read.counts import Combination
from portal.read.view import View
from portal.read.where import Where
from portal.vocabularies import Kind, Status, Theme

CELLS = 64
"""A box is looked at in so many cells on its longer side."""

Facets = dict[str, dict[str, int]]


def facets(where: Where) -> Facets:
    """Of the things inside of the bounds: what each value of a filter would give, the filter's own choice set aside."""
    if where.query.bbox and view.is_simple(where) and not where.query.kinds:
        return _by_pyramid(where)
    query = where.query
    return {
        "kind": counts.kinds(_of(where, replace(query, kinds=()))),
        "theme": counts.themes(_of(where, replace(query, themes=()))),
        "status": counts.statuses(_of(where, replace(query, statuses=()))),
    }


def _of(where: Where, query: object) -> list[Combination]:
    return counts.combinations(Where(query, where.within))  # type: ignore[arg-type]


def _by_pyramid(where: Where) -> Facets:
    """Sums of cells, and the few that are not counted there one by one."""
    total: Counter[str] = Counter()
    others = counts.combinations(where, "NOT i.plain")
    for side in where.query.bbox.sides if where.query.bbox else ():
        half = Where(replace(where.query, bbox=side), where.within)
        seen = View.of_box(side, view.level_for(side, CELLS))
        total += _cells(half, seen)
        others += _edge(half, seen)
    told = {"kind": counts.kinds(others), "theme": counts.themes(others), "status": counts.statuses(others)}
    return {
        name: {word: total[f"{name}:{word}"] + count for word, count in found.items()} for name, found in told.items()
    }


def _cells(where: Where, seen: View) -> "Counter[str]":
    if seen.is_empty:
        return Counter()
    inner = view.of_pyramid(where, seen, "c.kind, c.n, c.themes, c.statuses", things=False)
    sql = f"SELECT kind, sum(n), {summed('themes')}, {summed('statuses')} FROM ({inner}) c GROUP BY kind"
    total: Counter[str] = Counter()
    for kind, n, themes, statuses in database.rows(sql, view.params(where)):
        total[f"kind:{Kind.values[kind]}"] += int(n)
        total.update({f"theme:{word}": count for word, count in zip(Theme.values, themes, strict=True)})
        total.update({f"status:{word}": count for word, count in zip(Status.values, statuses, strict=True)})
    return total


_TOLD = "i.kind, i.status, i.themes"


def _edge(where: Where, seen: View) -> list[Combination]:
    strips = enumerate(seen.edges())
    inner = " UNION ALL ".join(view.of_items(where, seen, strip, _TOLD, f"strip{n}_") for n, strip in strips)
    sql = f"SELECT kind, status, themes, count(*) FROM ({inner}) i GROUP BY 1, 2, 3"
    return [Combination(*row) for row in database.rows(sql, view.params(where))]
