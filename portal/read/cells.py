"""Cells of the map and how many items lie in each: a pyramid of 17 levels, kept by adding and taking away.

Level 0 is the square of EPSG:3857, each level halves the sides; x and y count from the north-west. A tile of zoom z
has the 8 × 8 cells of level z + 3: 32 pixels of 256 each. Deepest is level 16, 611 m at the equator.
"""

from portal.vocabularies import Status, Theme

DEEPEST = 16
TILE_LEVELS = 3
TILE_CELLS = 1 << TILE_LEVELS
HALF_M = 20037508.342789244
"""Half the side of the square of EPSG:3857: pi × 6,378,137 m."""

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
_BY_THEME = ", ".join(f"%(sign)s * sum((i.themes >> {place}) & 1)" for place in _THEMES)
_BY_STATUS = ", ".join(f"%(sign)s * count(*) FILTER (WHERE i.status = {place})" for place in _STATUSES)
_ARRAYS = {"themes": _THEMES, "statuses": _STATUSES}
_SUMS = ("sum_x", "sum_y", "sum_id")
_COLUMNS = ", ".join(["level", "x", "y", "kind", "thing", "n", *_ARRAYS, *_SUMS])
_PLACE = "CASE WHEN i.plain THEN i.mercator ELSE read_mercator(read_point(i.geometry)) END"
_OF_ITEMS = f"""%(sign)s * count(*), ARRAY[{_BY_THEME}], ARRAY[{_BY_STATUS}],
    %(sign)s * sum(round(100 * ST_X({_PLACE}))::bigint), %(sign)s * sum(round(100 * ST_Y({_PLACE}))::bigint),
    %(sign)s * sum(i.activity_id)"""


def summed(name: str) -> str:
    """SQL: the sums of an array of counters, one by one."""
    return "ARRAY[" + ", ".join(f"sum({name}[{place + 1}])::int" for place in _ARRAYS[name]) + "]"


def _added(name: str) -> str:
    return (
        "ARRAY[" + ", ".join(f"c.{name}[{place + 1}] + excluded.{name}[{place + 1}]" for place in _ARRAYS[name]) + "]"
    )


_UPDATED = ", ".join(
    [f"{name} = c.{name} + excluded.{name}" for name in ("n", *_SUMS)]
    + [f"{name} = {_added(name)}" for name in _ARRAYS]
)

ADD = f"""
INSERT INTO read_cell AS c ({_COLUMNS})
SELECT level, i.x >> ({DEEPEST} - level), i.y >> ({DEEPEST} - level), i.kind, NOT i.plain, {_OF_ITEMS}
FROM read_item i JOIN read_work USING (activity_id) CROSS JOIN generate_series(0, {DEEPEST}) AS level
WHERE i.stands GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (level, x, y, kind, thing) DO UPDATE SET {_UPDATED}
"""
"""Adds (`sign` 1) or takes away (-1) the items of read_work."""

DROP_EMPTY = "DELETE FROM read_cell WHERE n = 0"

BASE = f"""
INSERT INTO {{cells}} ({_COLUMNS})
SELECT {DEEPEST}, i.x, i.y, i.kind, NOT i.plain, {_OF_ITEMS} FROM {{items}} i WHERE i.stands GROUP BY 2, 3, 4, 5
"""
UP = f"""
INSERT INTO {{cells}} ({_COLUMNS})
SELECT %(level)s, x >> 1, y >> 1, kind, thing, sum(n), {summed("themes")}, {summed("statuses")},
    sum(sum_x), sum(sum_y), sum(sum_id)
FROM {{cells}} WHERE level = %(level)s + 1 GROUP BY x >> 1, y >> 1, kind, thing
"""
"""The whole pyramid: its deepest level from the items, each other one from the one below."""
