"""Clusters for the map: how many items of each kind stand where, in the cells of a view or of a tile."""

from dataclasses import replace
from typing import Any

from geo.parse import BBox
from portal.read import database, view
from portal.read.cells import DEEPEST
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


def in_tile(where: Where, z: int, x: int, y: int) -> tuple[str, dict[str, Any]]:
    """SQL of the clusters of a tile, and its parameters; `where` asks for nothing but what is in it."""
    return _cells(where, View.of_tile(z, x, y), view.tile_box(z, x, y))


def in_box(where: Where, zoom: int) -> list[dict[str, Any]]:
    """The clusters of the question's box at a zoom of the map, longitudes and latitudes in degrees."""
    found = []
    for side in (where.query.bbox or WORLD).sides:
        half = Where(replace(where.query, bbox=side), where.within)
        sql, params = _cells(half, View.of_box(side, zoom + 3), side)
        found += [cluster(row) for row in database.rows(f"SELECT {TOLD} FROM ({sql}) c", params)]
    return found


WORLD = BBox(-180.0, -90.0, 180.0, 90.0)
_DEGREES = "ST_Transform(ST_SetSRID(ST_MakePoint(c.x_m, c.y_m), 3857), 4326)"
IDENTIFIED = "CASE WHEN c.n = 1 THEN (SELECT i.public_id FROM read_item i WHERE i.activity_id = c.id::bigint) END"
"""SQL: which item a cluster of one is. Sums are numeric, which no index of whole numbers is asked for."""

TOLD = f"c.n, c.k0, c.k1, c.k2, ST_X({_DEGREES}), ST_Y({_DEGREES}), {IDENTIFIED}"


def _cells(where: Where, seen: View, box: BBox) -> tuple[str, dict[str, Any]]:
    where.params["shift"] = DEEPEST - seen.level
    each = _each("i.x >> %(shift)s::int", "i.y >> %(shift)s::int", "i.mercator")
    parts = []
    if view.is_simple(where) and not seen.is_empty:
        parts.append(view.of_pyramid(where, seen, _COUNTED, things=view.counts_things(where, seen)))
        parts += [view.of_items(where, seen, strip, each, f"strip{n}_") for n, strip in enumerate(_strips(seen))]
    else:
        parts.append(view.of_items(where, seen, seen.cells, each, "all"))
    parts.append(view.of_others(where, seen, _each(*view.cell_of("l.p"), "l.p"), view.shape_of(where, box, "view")))
    sql = f"SELECT x, y, {_SUMS} FROM ({' UNION ALL '.join(parts)}) found GROUP BY x, y"
    return sql, view.params(where)


def _strips(seen: View) -> list[view.Rect]:
    return [] if seen.cells == seen.inside else seen.edges()


def cluster(row: Any) -> dict[str, Any]:
    n, *kinds, lon, lat, public_id = row
    return {"n": int(n), "kinds": [int(kind) for kind in kinds], "lon": lon, "lat": lat, "id": public_id}
