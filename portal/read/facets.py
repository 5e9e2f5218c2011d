"""How many items of a box have each kind, theme and status; in milliseconds where they are counted already."""

from collections import Counter
from dataclasses import replace

from portal.read import cells, counts, database, view
from portal.read.counts import Combination
from portal.read.view import View
from portal.read.where import Where
from portal.vocabularies import Kind, Status, Theme

CELLS = 64
"""A box is looked at in so many cells on its longer side."""

Facets = dict[str, dict[str, int]]


def facets(where: Where) -> Facets:
    """Of the things inside of the bounds: what each value of a filter would give, the filter's own choice set aside."""
    query = where.query
    if not query.kinds and query.bbox and len(query.bbox.sides) == 1:
        seen = View.of_box(query.bbox, view.level_for(query.bbox, CELLS))
        if view.counts_things(where, seen):
            return _of_counted(where, seen)
    return {
        "kind": counts.kinds(_of(where, replace(query, kinds=()))),
        "theme": counts.themes(_of(where, replace(query, themes=()))),
        "status": counts.statuses(_of(where, replace(query, statuses=()))),
    }


def _of(where: Where, query: object) -> list[Combination]:
    return counts.combinations(Where(query, where.within))  # type: ignore[arg-type]


def _of_counted(where: Where, seen: View) -> Facets:
    """Sums of what is counted already, and the few that are not one by one. Of the things that reach across the edge
    of the view, those records alone count that lie in it."""
    sums = _sums(where, seen)
    inside, counted = _across(where, seen)
    less = _tallied(counted)
    return {
        name: {word: n + sums[name, word] - less[name][word] for word, n in found.items()}
        for name, found in _tallied(inside).items()
    }


def _tallied(found: list[Combination]) -> Facets:
    return {"kind": counts.kinds(found), "theme": counts.themes(found), "status": counts.statuses(found)}


def _sums(where: Where, seen: View) -> "Counter[tuple[str, str]]":
    """Of cells inside, of areas on the edge of the box, and of single records there."""
    columns = "{0}.kind, {0}.n, {0}.themes, {0}.statuses"
    in_cells = view.of_blocks(where, seen, columns.format("c"))
    concerning = " AND ".join([where.filters, f"NOT {view.is_inside(where, seen)}", where.area_meets()])
    by_area = [
        f"SELECT {columns.format('i')} FROM read_concern i WHERE {across} AND {concerning}"
        for across in view.reaching_across(where, seen, "i.extent")
    ]
    told = "i.kind, i.themes, 1 << i.status AS statuses"
    edge = [view.of_items(where, seen, strip, told, f"strip{n}_") for n, strip in enumerate(seen.edges())]
    alone = f"{where.filters} AND {where.bounded_parts(indexed=False)[0]} AND i.cluster IS NULL"
    edge.append(f"SELECT {told} FROM {view.uncounted(where, seen)} WHERE {alone}")
    one_by_one = f"SELECT kind, {cells.counted('themes', 'statuses')} FROM ({' UNION ALL '.join(edge)}) i GROUP BY kind"
    every = " UNION ALL ".join([in_cells, *by_area, one_by_one])
    sql = f"SELECT kind, sum(n), {cells.summed('themes')}, {cells.summed('statuses')} FROM ({every}) c GROUP BY kind"
    total: Counter[tuple[str, str]] = Counter()
    for kind, n, themes, statuses in database.rows(sql, view.params(where)):
        total["kind", Kind.values[kind]] += int(n)
        for name, words, found in (("theme", Theme.values, themes), ("status", Status.values, statuses)):
            total.update({(name, word): count for word, count in zip(words, found, strict=True)})
    return total


def _across(where: Where, seen: View) -> tuple[list[Combination], list[Combination]]:
    """The records of things of several that lie in the view, where not all may, and those of them that were counted."""
    located, areal = where.bounded_parts(indexed=False)
    told = "i.cluster, i.kind, i.status, i.themes"
    several = f"i.cluster IS NOT NULL AND {where.filters}"
    placed = f"{located}, {view.is_inside(where, seen)}"
    which = [(f"NOT i.plain AND {across}", placed) for across in view.reaching_across(where, seen, "i.whole")]
    which += [(one, "true, false") for one in (f"{view.standing_nowhere(where)} AND {located}", areal)]
    sql = " UNION ALL ".join(f"SELECT {told}, {of} FROM read_item i WHERE {one} AND {several}" for one, of in which)
    inside, counted = [], []
    for thing, kind, status, themes, is_in, is_counted in database.rows(sql, where.params):
        one = Combination(kind, status, themes, 1, thing)
        inside += [one] if is_in else []
        counted += [one] if is_counted else []
    return inside, counted
