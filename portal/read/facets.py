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
    if where.query.bbox and not where.query.filtered and not where.query.kinds and where.query.near is None:
        return _by_pyramid(where)
    query = where.query
    return {
        "kind": counts.tally(_of(where, replace(query, kinds=())), {w: counts.has_kind(w) for w in Kind.values}),
        "theme": counts.tally(_of(where, replace(query, themes=())), {w: counts.has_theme(w) for w in Theme.values}),
        "status": counts.tally(
            _of(where, replace(query, statuses=())), {w: counts.has_status(w) for w in Status.values}
        ),
    }


def _of(where: Where, query: object) -> list[Combination]:
    return counts.combinations(Where(query, where.within))  # type: ignore[arg-type]


def _by_pyramid(where: Where) -> Facets:
    """Sums of cells, and the few that are not counted there one by one."""
    total: Counter[str] = Counter()
    others = counts.combinations(where, "NOT i.plain")
    for side in view.sides(where.query.bbox):  # type: ignore[arg-type]
        half = Where(replace(where.query, bbox=side), where.within)
        seen = View.of_box(side, view.level_for(side, CELLS))
        total += _cells(half, seen)
        others += _edge(half, seen)
    return {
        name: {word: total[f"{name}:{word}"] + told[word] for word in words}
        for name, words, told in (
            ("kind", Kind.values, counts.tally(others, {w: counts.has_kind(w) for w in Kind.values})),
            ("theme", Theme.values, counts.tally(others, {w: counts.has_theme(w) for w in Theme.values})),
            ("status", Status.values, counts.tally(others, {w: counts.has_status(w) for w in Status.values})),
        )
    }


def _cells(where: Where, seen: View) -> "Counter[str]":
    if seen.is_empty:
        return Counter()
    inner = view.of_pyramid(seen, "c.kind, c.n, c.themes, c.statuses")
    sql = f"SELECT kind, sum(n), {summed('themes')}, {summed('statuses')} FROM ({inner}) c GROUP BY kind"
    total: Counter[str] = Counter()
    for kind, n, themes, statuses in database.rows(sql, view.params(where)):
        total[f"kind:{Kind.values[kind]}"] += int(n)
        total.update({f"theme:{word}": count for word, count in zip(Theme.values, themes, strict=True)})
        total.update({f"status:{word}": count for word, count in zip(Status.values, statuses, strict=True)})
    return total


def _edge(where: Where, seen: View) -> list[Combination]:
    found = []
    for strip in seen.edges():
        inner = view.of_items(where, seen, strip, "i.kind, i.status, i.themes")
        sql = f"SELECT kind, status, themes, count(*) FROM ({inner}) i GROUP BY 1, 2, 3"
        found += [Combination(*row) for row in database.rows(sql, view.params(where))]
    return found
