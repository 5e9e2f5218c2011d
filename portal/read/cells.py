"""Cells of the map and how many items lie in each: a pyramid of 17 levels, kept by adding and taking away.

Level 0 is the square of EPSG:3857, each level halves the sides; x and y count from the north-west. A tile of zoom z
has the 8 × 8 cells of level z + 3: 32 pixels of 256 each. Deepest is level 16, 611 m at the equator.
"""

from enum import IntEnum

from portal.vocabularies import Status, Theme

DEEPEST = 16
TILE_LEVELS = 3
TILE_CELLS = 1 << TILE_LEVELS
HALF_M = 20037508.342789244
"""Half the side of the square of EPSG:3857: pi × 6,378,137 m."""


class CellSort(IntEnum):
    """What is counted apart: plain items, things that are not, and items that concern an area."""

    PLAIN = 0
    THING = 1
    AREAL = 2


_CELL_M = 2 * HALF_M / (1 << DEEPEST)
_LAST = (1 << DEEPEST) - 1
_THEMES = range(len(Theme.values))


def column(x_m: str) -> str:
    """SQL: the x of the cell of level 16 at metres of EPSG:3857."""
    return f"least(greatest(floor(({x_m} + {HALF_M}) / {_CELL_M!r}), 0), {_LAST})::int"


def row(y_m: str) -> str:
    """SQL: its y."""
    return f"least(greatest(floor(({HALF_M} - {y_m}) / {_CELL_M!r}), 0), {_LAST})::int"


_STATUSES = range(len(Status.values))
_ARRAYS = {"themes": _THEMES, "statuses": _STATUSES}
_SUMS = ("sum_x", "sum_y", "sum_id")
_COLUMNS = ", ".join(["level", "x", "y", "kind", "sort", "n", *_ARRAYS, *_SUMS])
_PLACE = "CASE WHEN i.plain THEN i.mercator ELSE read_mercator(read_point(i.geometry)) END"


def counted(themes: str, statuses: str, sign: str = "") -> str:
    """SQL: how many rows there are, with each theme and with each status, out of masks."""
    by = [
        ", ".join(f"{sign}sum(({mask} >> {place}) & 1)" for place in places)
        for mask, places in ((themes, _THEMES), (statuses, _STATUSES))
    ]
    return f"({sign}count(*))::int, ARRAY[{by[0]}]::int[], ARRAY[{by[1]}]::int[]"


_OF_ITEMS = f"""{counted("coalesce(t.themes, i.themes)", "coalesce(t.statuses, 1 << i.status)", "%(sign)s * ")},
    %(sign)s * sum(round(100 * ST_X({_PLACE}))::bigint), %(sign)s * sum(round(100 * ST_Y({_PLACE}))::bigint),
    %(sign)s * sum(i.activity_id)"""
# A thing of several records has what any of them has.
_THINGS = """
LEFT JOIN (SELECT cluster, bit_or(themes) AS themes, bit_or(1 << status) AS statuses FROM {items}
    WHERE cluster IS NOT NULL GROUP BY cluster) t USING (cluster)
"""
_CHANGED = "read_item i JOIN read_work USING (activity_id)"
_SORT = f"CASE WHEN i.plain THEN {CellSort.PLAIN} ELSE {CellSort.THING} END"


def summed(name: str, sign: str = "") -> str:
    """SQL: the sums of an array of counters, one by one."""
    return "ARRAY[" + ", ".join(f"{sign}sum({name}[{place + 1}])::int" for place in _ARRAYS[name]) + "]"


def _added(name: str) -> str:
    return (
        "ARRAY[" + ", ".join(f"c.{name}[{place + 1}] + excluded.{name}[{place + 1}]" for place in _ARRAYS[name]) + "]"
    )


_UPDATED = ", ".join(
    [f"{name} = c.{name} + excluded.{name}" for name in ("n", *_SUMS)]
    + [f"{name} = {_added(name)}" for name in _ARRAYS]
)

_CELL = f"level, i.x >> ({DEEPEST} - level), i.y >> ({DEEPEST} - level), i.kind"
_ON = f"""
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 ON CONFLICT (level, x, y, kind, sort) DO UPDATE SET {_UPDATED}
"""
ADD = f"""
INSERT INTO read_cell AS c ({_COLUMNS}) SELECT {_CELL}, {_SORT}, {_OF_ITEMS}
FROM {_CHANGED} {_THINGS.format(items=_CHANGED)} CROSS JOIN generate_series(0, {DEEPEST}) AS level
WHERE i.stands {_ON}
"""
"""Adds (`sign` 1) or takes away (-1) the items of read_work."""


def _of_areas(sign: str = "") -> str:
    return f"{CellSort.AREAL}, {sign}sum(i.n), {summed('themes', sign)}, {summed('statuses', sign)}, 0, 0, 0"


def add_areal(sign: int) -> str:
    """SQL: adds (1) or takes away (-1) what concerns the areas of read_area_work."""
    return f"""
INSERT INTO read_cell AS c ({_COLUMNS}) SELECT {_CELL}, {_of_areas(f"{sign} * ")}
FROM read_concern i CROSS JOIN generate_series(0, {DEEPEST}) AS level
WHERE i.area_id IN (SELECT area_id FROM read_area_work) {_ON}
"""


DROP_EMPTY = "DELETE FROM read_cell WHERE n = 0"

BASE = f"""
INSERT INTO {{cells}} ({_COLUMNS})
SELECT {DEEPEST}, i.x, i.y, i.kind, {_SORT}, {_OF_ITEMS} FROM {{items}} i {_THINGS}
WHERE i.stands GROUP BY 2, 3, 4, 5
UNION ALL SELECT {DEEPEST}, i.x, i.y, i.kind, {_of_areas()} FROM {{concerns}} i GROUP BY 2, 3, 4
"""
UP = f"""
INSERT INTO {{cells}} ({_COLUMNS})
SELECT %(level)s, x >> 1, y >> 1, kind, sort, sum(n), {summed("themes")}, {summed("statuses")},
    sum(sum_x), sum(sum_y), sum(sum_id)
FROM {{cells}} WHERE level = %(level)s + 1 GROUP BY x >> 1, y >> 1, kind, sort
"""
"""The whole pyramid: its deepest level from the items, each other one from the one below."""
