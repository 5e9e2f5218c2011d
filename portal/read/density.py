"""About how many items a box holds: enough to choose how to look for them."""

from functools import lru_cache
from typing import Any

import numpy

from geo.boxes import reach
from geo.parse import BBox
from portal.read import database, version
from portal.read.cells import HALF_M, CellSort

LEVEL = 9
CELLS = "SELECT x, y, sum(n)::float8 FROM read_cell WHERE level = %(level)s AND sort <> %(areal)s GROUP BY x, y"
_CELL_M = 2 * HALF_M / (1 << LEVEL)


def expected(box: BBox) -> float:
    """Items of the cells that the box touches, by the share of each that it covers."""
    x, y, n = _grid(version.current().number)
    total = 0.0
    for west, south, east, north in reach(box):
        wide = _share(x, (west + HALF_M) / _CELL_M, (east + HALF_M) / _CELL_M)
        high = _share(y, (HALF_M - north) / _CELL_M, (HALF_M - south) / _CELL_M)
        total += float((n * wide * high).sum())
    return total


def _share(cells: Any, first: float, last: float) -> Any:
    return numpy.clip(numpy.minimum(cells + 1, last) - numpy.maximum(cells, first), 0, 1)


@lru_cache(maxsize=2)
def _grid(number: int) -> tuple[Any, Any, Any]:
    del number  # the cells are those of this version
    rows = database.rows(CELLS, {"level": LEVEL, "areal": CellSort.AREAL})
    return tuple(numpy.array(rows, dtype=float).reshape(-1, 3).T)  # type: ignore[return-value]
