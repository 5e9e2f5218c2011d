"""How much there is around places: what somebody types is more likely a place where something goes on."""

import math
from collections.abc import Collection, Mapping

from geo.boxes import x_of, y_of
from geo.models import Area
from portal.read import database
from portal.read.cells import HALF_M, CellSort

HIGHEST, DEEPEST = 3, 13
"""Levels of the cells that are looked at: a cell is two to four of the area's radii wide."""

_COUNTS = """
SELECT p.area, sum(c.n)::float8 FROM unnest(%(areas)s::bigint[], %(levels)s::smallint[], %(xs)s::int[], %(ys)s::int[])
    AS p (area, level, x, y) JOIN read_cell c ON c.level = p.level AND c.x = p.x AND c.y = p.y
WHERE c.sort <> %(areal)s GROUP BY 1
"""


def content(areas: Collection[Area]) -> Mapping[int, float]:
    """A weight for each area by its key: the decimal logarithm of how many items lie in the cell of its centre."""
    cells = [(area.pk, *_cell(area)) for area in areas]
    columns = zip(("areas", "levels", "xs", "ys"), map(list, zip(*cells, strict=True)), strict=True) if cells else ()
    params = dict(columns) | {"areal": CellSort.AREAL}
    return {area: math.log10(1 + n) for area, n in database.rows(_COUNTS, params)} if cells else {}


def _cell(area: Area) -> tuple[int, int, int]:
    level = min(max(int(math.log2(HALF_M / area.radius_m)), HIGHEST), DEEPEST)
    side_m, last = 2 * HALF_M / (1 << level), (1 << level) - 1
    x, y = (x_of(area.centre.x) + HALF_M) / side_m, (HALF_M - y_of(area.centre.y)) / side_m
    return level, min(max(int(x), 0), last), min(max(int(y), 0), last)
