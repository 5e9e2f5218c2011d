"""Clusters for the map: how many items of each kind stand where, in the cells of a view or of a tile."""

from dataclasses import replace
from typing import Any

from geo.parse import BBox
from portal.read import database, view
from portal.read.cells import DEEPEST, TILE_LEVELS
from portal.read.view import View
from portal.read.where import Where
from portal.vocabularies import Kind

ZOOM_MAX = DEEPEST - 3
"""Deeper than that the map shows the items themselves."""

_KINDS = range(len(Kind.values))
_SUMS = ", ".join(["sum(n) AS n", *(f"sum(k{kind}) AS k{kind}" for kind in _KINDS),
                   "sum(sx) / sum(n) AS x_m", "sum(sy) / sum(n) AS y_m", "sum(id)::bigint AS id"])  # fmt: skip
_COUNTED = ", ".join(["c.x AS x", "c.y AS y", "c.n AS n",
                      *(f"CASE WHEN c.kind = {kind} THEN c.n ELSE 0 END AS k{kind}" for kind in _KINDS),
                      "c.sum_x / 100.0 AS sx", "c.sum_y / 100.0 AS sy", "c.sum_id AS id"])  # fmt: skip


def _each(x: str, y: str, place: str) -> str:
    """SQL: the columns of one item as of a cell of one."""
    kinds = (f"(i.kind = {kind})::int AS k{kind}" for kind in _KINDS)
    return ", ".join([f"{x} AS x", f"{y} AS y", "1 AS n", *kinds,
                      f"ST_X({place}) AS sx", f"ST_Y({place}) AS sy", "i.activity_id AS id"])  # fmt: skip


_EACH = _each("i.x >> %(shift)s::int", "i.y >> %(shift)s::int", "i.mercator")
_OTHERS = _each(*view.cell_of("l.p"), "l.p")


def in_tile(where: Where, z: int, x: int, y: int) -> tuple[str, dict[str, Any]]:
    """SQL of the clusters of a tile, and its parameters; `where` asks for nothing but what is in it."""
    return _cells(where, View.of_tile(z, x, y), view.tile_box(z, x, y))


def in_box(where: Where, zoom: int) -> list[dict[str, Any]]:
    """The clusters of the question's box at a zoom of the map, longitudes and latitudes in degrees."""
    box, level = where.query.bbox or WORLD, zoom + TILE_LEVELS
    if len(box.sides) == 1:
        within = Where(replace(where.query, bbox=box), where.within)
        return _found(_cells(within, View.of_box(box, level), box))
    # Across the antimeridian: what is more than a point may lie on both sides, and stands once.
    others = view.of_others(where, View.of_nothing(level), _OTHERS, view.shape_of(where, box, "view"))
    found = _found(_summed(where, [others]))
    for side in box.sides:
        half = Where(replace(where.query, bbox=side), where.within)
        found += _found(_summed(half, _points(half, View.of_box(side, level), things=False)))
    return found


def _found(asked: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    sql, params = asked
    return [cluster(row) for row in database.rows(f"SELECT {TOLD} FROM ({sql}) c", params)]


WORLD = BBox(-180.0, -90.0, 180.0, 90.0)
_DEGREES = "ST_Transform(ST_SetSRID(ST_MakePoint(c.x_m, c.y_m), 3857), 4326)"
IDENTIFIED = "CASE WHEN c.n = 1 THEN (SELECT i.public_id FROM read_item i WHERE i.activity_id = c.id::bigint) END"
"""SQL: which item a cluster of one is. Sums are numeric, which no index of whole numbers is asked for."""

TOLD = f"c.n, c.k0, c.k1, c.k2, ST_X({_DEGREES}), ST_Y({_DEGREES}), {IDENTIFIED}"


def _cells(where: Where, seen: View, box: BBox) -> tuple[str, dict[str, Any]]:
    others = view.of_others(where, seen, _OTHERS, view.shape_of(where, box, "view"))
    return _summed(where, [*_points(where, seen, things=view.counts_things(where, seen)), others])


def _points(where: Where, seen: View, *, things: bool) -> list[str]:
    """Plain items; with the things that are counted in the same cells."""
    if not view.is_simple(where) or seen.is_empty:
        return [view.of_items(where, seen, seen.cells, _EACH, "all")]
    strips = enumerate(_strips(seen))
    each = (view.of_items(where, seen, strip, _EACH, f"strip{n}_") for n, strip in strips)
    return [view.of_pyramid(where, seen, _COUNTED, things=things), *each]


def _summed(where: Where, parts: list[str]) -> tuple[str, dict[str, Any]]:
    sql = f"SELECT x, y, {_SUMS} FROM ({' UNION ALL '.join(parts)}) found GROUP BY x, y"
    return sql, view.params(where)


def _strips(seen: View) -> list[view.Rect]:
    return [] if seen.cells == seen.inside else seen.edges()


def cluster(row: Any) -> dict[str, Any]:
    n, *kinds, lon, lat, public_id = row
    return {"n": int(n), "kinds": [int(kind) for kind in kinds], "lon": lon, "lat": lat, "id": public_id}
