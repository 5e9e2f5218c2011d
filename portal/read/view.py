"""What a view of the map holds, cell by cell: exact, whatever the filters, and quick where the pyramid knows it.

The items of a view are of three sorts. **Plain** ones in cells that lie wholly inside of it: the pyramid has counted
them, for any kinds. Plain ones in cells on its edge, and all plain ones where other filters are set: they are counted
one by one. **The others** (several addresses, lines and surfaces, things of several sources) are counted at one place,
where that lies inside; those that only reach into the view are looked at, and stand in one cell of it. So the sum of
the cells is the number of located items in the view.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from geo.boxes import RADIUS_M, reach, x_of, y_of
from geo.parse import BBox
from portal.query import ALL
from portal.read.cells import DEEPEST, HALF_M, TILE_CELLS, TILE_LEVELS, CellSort, column, row
from portal.read.codes import codes
from portal.read.where import UNCOUNTED, Where, box_of
from portal.vocabularies import Kind

Rect = tuple[int, int, int, int]
"""First and last column, first and last row of cells."""


_NOTHING: Rect = (1, 0, 1, 0)


@dataclass(frozen=True)
class View:
    """A part of the map in cells of one level. `inside` lie wholly within; the others of `cells` are on its edge."""

    level: int
    cells: Rect
    inside: Rect

    @classmethod
    def of_box(cls, box: BBox, level: int) -> "View":
        """Of a box that does not cross the antimeridian."""
        west, north = _cell(x_of(box.west), y_of(box.north), level)
        east, south = _cell(x_of(box.east), y_of(box.south), level)
        return cls(level, (west, east, north, south), (west + 1, east - 1, north + 1, south - 1))

    @classmethod
    def of_tile(cls, z: int, x: int, y: int) -> "View":
        """The cells of a tile: none of them is on an edge."""
        cells = (x * TILE_CELLS, (x + 1) * TILE_CELLS - 1, y * TILE_CELLS, (y + 1) * TILE_CELLS - 1)
        return cls(z + TILE_LEVELS, cells, cells)

    @classmethod
    def of_nothing(cls, level: int) -> "View":
        """Of no cell: nothing is counted there."""
        return cls(level, _NOTHING, _NOTHING)

    @property
    def is_empty(self) -> bool:
        """Whether no cell lies wholly inside."""
        return self.inside[0] > self.inside[1] or self.inside[2] > self.inside[3]

    def edges(self) -> list[Rect]:
        """The cells on the edge in at most four strips that share none."""
        if self.is_empty:
            return [self.cells]
        (west, east, north, south), (left, right, top, bottom) = self.cells, self.inside
        strips = [(west, east, north, top - 1), (west, east, bottom + 1, south)]
        strips += [(west, left - 1, top, bottom), (right + 1, east, top, bottom)]
        return [strip for strip in strips if strip[0] <= strip[1] and strip[2] <= strip[3]]

    def blocks(self) -> list[tuple[int, int, int]]:
        """Level, column and row of the fewest cells, of this level and those above, that make up what is inside."""
        found: list[tuple[int, int, int]] = []
        seen = self
        while not seen.is_empty:
            west, east, north, south = seen.inside
            # What makes up whole cells of the level above is told there; what remains is a frame of width one.
            whole = (west + west % 2, east - 1 + east % 2, north + north % 2, south - 1 + south % 2)
            frame = View(seen.level, seen.inside, whole if seen.level else _NOTHING).edges()
            found += [(seen.level, x, y) for strip in frame for x, y in _cells_of(strip)]
            west, east, north, south = whole
            above = (west >> 1, east >> 1, north >> 1, south >> 1)
            seen = View(seen.level - 1, above, above if seen.level else _NOTHING)
        return found

    def rim(self) -> list[Rect]:
        """What is neither wholly inside nor wholly out of the view meets one of these: the cells on its edge, or the
        four sides of a tile, of no width."""
        if self.cells != self.inside:
            return self.edges()
        west, east, north, south = self.cells
        return [
            (west, west - 1, north, south), (east + 1, east, north, south),
            (west, east, north, north - 1), (west, east, south + 1, south),
        ]  # fmt: skip


def _cells_of(rect: Rect) -> Iterator[tuple[int, int]]:
    west, east, north, south = rect
    return product(range(west, east + 1), range(north, south + 1))


def tile_box(z: int, x: int, y: int) -> BBox:
    """The bounds of a tile in degrees of EPSG:4326; those at the edge of the map reach to the poles."""
    tiles = 1 << z
    north = 90.0 if y == 0 else _latitude(HALF_M - y * 2 * HALF_M / tiles)
    south = -90.0 if y == tiles - 1 else _latitude(HALF_M - (y + 1) * 2 * HALF_M / tiles)
    return BBox(360 * x / tiles - 180, south, 360 * (x + 1) / tiles - 180, north)


def is_simple(where: Where) -> bool:
    """Whether the pyramid knows the answer: nothing is asked for but kinds and a place."""
    query = where.query
    return not query.filtered and query.radius_m is None and not query.area


def params(where: Where) -> dict[str, Any]:
    """What the statements of a view need."""
    kinds = where.params.get("kind", codes(Kind, Kind.values))
    return where.params | {"kinds": kinds}


def of_pyramid(where: Where, view: View, columns: str, *, things: bool) -> str:
    """SQL of the cells that lie inside; with the things that are counted there, or plain items alone."""
    where.params |= {"level": view.level, "sort": CellSort.THING if things else CellSort.PLAIN} | _named(
        "inside", view.inside
    )
    return f"SELECT {columns} FROM read_cell c WHERE {_CELLS} AND {_of_tile(where, view)}"


def of_blocks(where: Where, view: View, columns: str) -> str:
    """SQL of the same in few cells, of several levels, with what concerns areas."""
    levels, xs, ys = zip(*view.blocks(), strict=True)
    where.params |= {"levels": list(levels), "xs": list(xs), "ys": list(ys)}
    return f"SELECT {columns} FROM {_BLOCKS} WHERE c.kind = ANY(%(kinds)s::smallint[])"


_BLOCKS = (
    "unnest(%(levels)s::smallint[], %(xs)s::int[], %(ys)s::int[]) AS p (level, x, y) JOIN read_cell c "
    "ON c.level = p.level AND c.x = p.x AND c.y = p.y"
)


_CELLS = (
    "c.level = %(level)s::smallint AND c.x BETWEEN %(inside0)s AND %(inside1)s AND c.y BETWEEN %(inside2)s AND "
    "%(inside3)s AND c.kind = ANY(%(kinds)s::smallint[]) AND c.sort <= %(sort)s::smallint AND c.n > 0"
)


def _of_tile(where: Where, view: View) -> str:
    """The cells of a tile have an index of their own: by columns alone, whole meridians would be looked at."""
    if view.cells != view.inside:
        return "true"
    where.params |= {"tile_x": view.cells[0] >> TILE_LEVELS, "tile_y": view.cells[2] >> TILE_LEVELS}
    return f"(c.x >> {TILE_LEVELS}) = %(tile_x)s AND (c.y >> {TILE_LEVELS}) = %(tile_y)s"


def of_items(where: Where, view: View, rect: Rect, columns: str, name: str) -> str:
    """SQL of the plain items in some cells of the view, one by one; `name` tells their parameters from others."""
    where.params |= _named(name, rect) | {"shift": DEEPEST - view.level}
    spans = [
        f"(i.x >> %(shift)s::int) BETWEEN %({name}0)s AND %({name}1)s",
        f"(i.y >> %(shift)s::int) BETWEEN %({name}2)s AND %({name}3)s",
    ]
    conditions = where.located("i.plain", f"i.extent && {_envelope(where, view.level, rect, name)}", *spans)
    return f"SELECT {columns} FROM read_item i WHERE {conditions}"


def _named(name: str, rect: Rect) -> dict[str, int]:
    return {f"{name}{place}": edge for place, edge in enumerate(rect)}


def of_others(where: Where, view: View, columns: str, box: str) -> str:
    """SQL of the items that are not plain, each at the one place `p` of the view that stands for it, EPSG:3857.

    Of those alone that the pyramid has not counted inside of the view.
    """
    where.params["shift"] = DEEPEST - view.level
    # Of one part: what overlaps another of its collection cannot be cut as a whole.
    part = (
        f"SELECT ST_Intersection(d.geom, {box}) FROM ST_Dump(i.geometry) d WHERE ST_Intersects(d.geom, {box}) LIMIT 1"
    )
    place = f"CASE WHEN GeometryType(i.geometry) = 'POINT' THEN i.geometry ELSE ST_PointOnSurface(({part})) END"
    standing = f"CROSS JOIN LATERAL (SELECT read_mercator({place}) AS p OFFSET 0) l"  # made once, not by each use
    if not counts_things(where, view):
        return f"SELECT {columns} FROM read_item i {standing} WHERE {where.located('NOT i.plain')}"
    return f"SELECT {columns} FROM {uncounted(where, view)} {standing} WHERE {where.located(indexed=False)}"


def uncounted(where: Where, view: View) -> str:
    """SQL of the records `i` that may meet the view and that the pyramid has not counted inside, but for plain ones."""
    outside = f"NOT {is_inside(where, view)}"
    across = (f"NOT i.plain AND {one} AND {outside}" for one in reaching_across(where, view, "i.whole"))
    parts = [*across, standing_nowhere(where)]
    each = " UNION ALL ".join(f"SELECT i.* FROM read_item i WHERE {part}" for part in parts)
    return f"({each} OFFSET 0) i"


def reaching_across(where: Where, view: View, box: str) -> list[str]:
    """SQL: what by its box does not lie wholly inside of the view, nor wholly out of it. Conditions that have nothing
    in common, each for a search in the index: told as one, all of it would be read."""
    rim = enumerate(view.rim())
    met = [f"{box} && {_envelope(where, view.level, rect, f'rim{place}')}" for place, rect in rim]
    apart = ([f"NOT ({before})" for before in met[:place]] for place in range(len(met)))
    return [" AND ".join([one, *others]) for one, others in zip(met, apart, strict=True)]


def standing_nowhere(where: Where) -> str:
    """SQL: near the view, and of a thing that is counted at no place."""
    return " AND ".join([UNCOUNTED, *where.bounds()])


def is_inside(where: Where, view: View) -> str:
    """SQL: counted in a cell that lies wholly inside of the view."""
    where.params |= _named("inside", view.inside) | {"shift": DEEPEST - view.level}
    x, y = "(i.x >> %(shift)s::int)", "(i.y >> %(shift)s::int)"
    return f"({x} BETWEEN %(inside0)s AND %(inside1)s AND {y} BETWEEN %(inside2)s AND %(inside3)s)"


def counts_things(where: Where, view: View) -> bool:
    """Whether the pyramid's count of things is what is asked for: each once, and nothing but kinds."""
    return is_simple(where) and not view.is_empty and where.query.duplicates != ALL


def shape_of(where: Where, box: BBox, name: str) -> str:
    """SQL of the box as a shape of EPSG:4326, of two parts across the antimeridian."""
    where.params[name] = box.ewkt if len(box.sides) == 1 else box.geometry.ewkt
    return f"%({name})s::geometry"


def cell_of(place: str) -> tuple[str, str]:
    """SQL: column and row of a place of EPSG:3857, at the level of `shift`."""
    return f"({column(f'ST_X({place})')} >> %(shift)s::int)", f"({row(f'ST_Y({place})')} >> %(shift)s::int)"


def level_for(box: BBox, cells: int) -> int:
    """The level at which the longer side of the box is about so many cells long, 0 to 16."""
    (west, south, east, north), *_more = reach(box)
    side_m = max(east - west, north - south)
    level = 0
    while level < DEEPEST and 2 * HALF_M / (1 << (level + 1)) * cells >= side_m:
        level += 1
    return level


def _cell(x_m: float, y_m: float, level: int) -> tuple[int, int]:
    side_m, last = 2 * HALF_M / (1 << level), (1 << level) - 1
    return _clamped((x_m + HALF_M) / side_m, last), _clamped((HALF_M - y_m) / side_m, last)


def _clamped(place: float, last: int) -> int:
    return min(max(int(place), 0), last)


def _envelope(where: Where, level: int, rect: Rect, name: str) -> str:
    """SQL: the cells as a box of EPSG:3857, and a metre more; those at the poles reach as far as the index does."""
    west, east, north, south = rect
    side_m, last = 2 * HALF_M / (1 << level), (1 << level) - 1
    top = y_of(90) if north == 0 else HALF_M - north * side_m
    bottom = y_of(-90) if south == last else HALF_M - (south + 1) * side_m
    left, right = -HALF_M + west * side_m, -HALF_M + (east + 1) * side_m
    edges = {f"{name}_{edge}": value for edge, value in zip("wsen", (left, bottom, right, top), strict=True)}
    where.params |= edges
    return box_of(*(f"%({edge})s::float8 {sign} 1" for edge, sign in zip(edges, "--++", strict=True)))


def _latitude(y_m: float) -> float:
    return math.degrees(math.atan(math.sinh(y_m / RADIUS_M)))
