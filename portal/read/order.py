"""Which items a question gets, in which order, a page at a time, in statements that cost what they give.

Two ways lead to a page in order. **Walking** follows the index of the order and drops what does not match: quick where
much matches. **Gathering** finds all that matches and sorts it: quick where little does. A walk is cut after so many
steps; a page that it does not fill is gathered. So no question costs more than the two.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from geo.boxes import SLACK_M, box_around, stretch, x_of, y_of
from geo.parse import FARTHEST_M, Near
from portal.read import database, density
from portal.read.where import DISTANCE, LOCATED, PLACELESS, Where

STEPS = 20_000
"""A walk is cut there: some 20 to 40 ms."""

GATHER = 20_000
"""A box of so many items is gathered, a fuller one walked through."""

FEW = 500
"""A circle of so few items is gathered at once: there is nothing to be saved by a walk."""

WALK = 100_000
"""A circle of so many items is walked through to its end if need be, some 50 to 100 ms: a cut costs every walk."""

SPARE = 25
"""A walk goes on for a part in so many, and some, beyond what is wanted: the plane's order is nearly the true one."""

FARTHER = 1.5
"""Where a page by distance begins far out, the circle grows by this until it holds the page."""

MICROMETRE = 1e-6


@dataclass(frozen=True)
class After:
    """The last item of the page before: its rank (located, areal, the rest), its sorted value, its public id."""

    rank: int
    value: str | None
    public_id: str


@dataclass(frozen=True)
class Ask:
    """The part of an order that is wanted."""

    limit: int
    offset: int = 0
    after: After | None = None


@dataclass(frozen=True)
class Keys:
    """SQL of what is wanted in its order, at most `take` + 1 of them: the one more tells that there are more.

    order: the same order said of the rows `k`, so that what is joined to them need not be sorted again. value: what
    they are sorted by, as text. measured: whether they may have a distance. walked: whether they tell how far a walk
    came (`Walked`), as `met` and `plane_m`.
    """

    sql: str
    params: dict[str, Any]
    order: str
    rank: int
    value: str
    measured: bool
    walked: bool = False
    take: int = 0


@dataclass(frozen=True)
class Walked:
    """A walk outwards: how many matches it met, how far in the plane the last of them was, and how far on the
    ellipsoid the last one of the page is, both in metres."""

    met: int
    plane_m: float
    page_m: float


@dataclass(frozen=True)
class Part:
    """What was fetched for some Keys.

    content: texts or keys of the first `take`. rows: how many there were, the one more included. last: the key of
    the last one of a full part. walked: how far a walk came, of one that was found so.
    """

    content: list[Any]
    rows: int
    last: After | None
    walked: Walked | None = None


@dataclass(frozen=True)
class Rows:
    """Out of which table items are told, and with which of its columns."""

    table: str
    columns: str


@dataclass(frozen=True)
class Fetch(Rows):
    """And how a page of them becomes a Part."""

    part: Callable[[Keys], Part]


@dataclass(frozen=True)
class Sort:
    """An order by a column, ties by public id; what has no value comes last."""

    column: str
    type: str
    descending: bool = False

    @property
    def ending(self) -> str:
        return f"{' DESC' if self.descending else ''} NULLS LAST"

    def later(self, after: After, params: dict[str, Any]) -> str:
        params["after_id"] = after.public_id
        later_id = "i.public_id > %(after_id)s::uuid"
        if after.value is None:
            return f"(i.{self.column} IS NULL AND {later_id})"
        params["after"] = after.value
        value, sign = f"%(after)s::{self.type}", "<" if self.descending else ">"
        beyond = f"i.{self.column} {sign} {value} OR i.{self.column} IS NULL"
        return f"({beyond} OR (i.{self.column} = {value} AND {later_id}))"


SORTS = {
    name: Sort(name.removeprefix("-"), "timestamptz", name.startswith("-"))
    for name in ("starts", "-starts", "ends", "-ends", "changed", "-changed")
}


def parts(where: Where, ask: Ask, fetch: Fetch) -> list[Part]:
    """One page of the answer in its order, in the parts that it was found in."""
    sort = where.query.order
    if sort == "distance":
        return list(_by_distance(where, ask, fetch))
    if sort == "id":
        return [_by_id(where, ask, fetch)]
    return [_by_column(where, SORTS[sort], ask, fetch)]


def section(where: Where, conditions: str, ask: Ask, fetch: Fetch) -> Part:
    """A page of those of the answer that meet more conditions, which hide nobody behind another record."""
    order, sort = where.query.order, SORTS.get(where.query.order)
    if order == "distance" and conditions == where.located():
        return _nearest(where, ask, fetch)
    source = f"{fetch.table} i WHERE {conditions}"
    return fetch.part(_page(where, fetch, source, ask, {}, sort=sort))


def whole(where: Where, rows: Rows) -> list[Keys]:
    """All of the answer in its order, for those who read it as a stream."""
    order = where.query.order
    if order != "distance":
        source = f"{rows.table} i WHERE {where.placed()}"
        return [_keys(where, rows, source, sort=SORTS.get(order), distance=_distance(where))]
    measured = f"(SELECT i.*, {DISTANCE} AS distance FROM {rows.table} i WHERE {where.located()}) i"
    beyond = (_keys(where, rows, f"{rows.table} i WHERE {each}", rank=rank) for rank, each in _beyond(where))
    return [_keys(where, rows, measured, distance="i.distance", nearest=True), *beyond]


def is_small(where: Where) -> bool:
    """Whether all that matches is looked at for a page, since it lies within narrow bounds."""
    return bool(where.query.area) or _expected(where) <= GATHER


def _expected(where: Where) -> float:
    """About how many items lie within the bounds."""
    return min((density.expected(box) for box in where.boxes()), default=math.inf)


def _by_id(where: Where, ask: Ask, fetch: Fetch) -> Part:
    params: dict[str, Any] = {}
    later = []
    if ask.after:
        params["after_id"] = ask.after.public_id
        later = ["i.public_id > %(after_id)s::uuid"]
    if not is_small(where):
        onward = " AND ".join(later) or "true"
        steps = f"(SELECT i.* FROM {fetch.table} i WHERE {onward} ORDER BY i.public_id LIMIT {STEPS})"
        walked = fetch.part(_page(where, fetch, f"{steps} i WHERE {where.placed(indexed=False)}", ask, params))
        if walked.rows > ask.limit:
            return walked
    return fetch.part(_page(where, fetch, _gathered(where, fetch, later), ask, params))


def _gathered(where: Where, fetch: Fetch, more: list[str]) -> str:
    """All that matches, for a sort: located and areal ones each by their own index."""
    if not where.bounded:
        return f"(SELECT i.* FROM {fetch.table} i WHERE {where.items(*more)} OFFSET 0) i"
    both = " UNION ALL ".join(
        f"SELECT i.* FROM {fetch.table} i WHERE {conditions}"
        for conditions in (where.located(*more), where.areal(*more))
    )
    return f"({both}) i"


def _by_column(where: Where, sort: Sort, ask: Ask, fetch: Fetch) -> Part:
    params: dict[str, Any] = {}
    later = [sort.later(ask.after, params)] if ask.after else []
    return fetch.part(_page(where, fetch, _gathered(where, fetch, later), ask, params, sort=sort))


def _by_distance(where: Where, ask: Ask, fetch: Fetch) -> Iterator[Part]:
    """Located ones by distance, then areal ones, then the rest, each by public id."""
    wanted, skipped = ask.limit, ask.offset
    first = ask.after.rank if ask.after else 0
    if first == 0:
        part = _nearest(where, ask, fetch)
        yield part
        wanted -= part.rows
        if wanted < 0:
            return
        skipped = max(skipped - _count(where, where.located()), 0) if skipped else 0
    for rank, conditions in _beyond(where):
        if rank < first:
            continue
        after = ask.after if ask.after and ask.after.rank == rank else None
        params, later = ({"after_id": after.public_id}, " AND i.public_id > %(after_id)s::uuid") if after else ({}, "")
        source = f"(SELECT i.* FROM {fetch.table} i WHERE {conditions}{later} OFFSET 0) i"
        part = fetch.part(_page(where, fetch, source, Ask(wanted, skipped), params, rank=rank))
        yield part
        wanted -= part.rows
        if wanted < 0:
            return
        skipped = max(skipped - _count(where, conditions), 0) if skipped else 0


def _beyond(where: Where) -> list[tuple[int, str]]:
    """Rank and conditions of what has no distance."""
    rest = [] if where.bounded else [(2, where.items(PLACELESS))]
    return [(1, where.areal()), *rest]


def _nearest(where: Where, ask: Ask, fetch: Fetch) -> Part:
    """The next ones by distance: what a walk outwards along the index of the plane meets, if it went so far that
    nothing beyond can be nearer on the ellipsoid; else all that lies within the distance that it tells."""
    if ask.after:
        return _farther(where, ask, ask.after, fetch)
    bound = where.query.radius_m or FARTHEST_M
    expected = _expected(where)
    if expected <= FEW:
        return fetch.part(_within(where, fetch, ask, bound, None))
    wanted = ask.limit + ask.offset + 1
    most = wanted + wanted // SPARE + 4
    is_cut = expected > WALK
    part = fetch.part(_outwards(where, fetch, ask, most, is_cut=is_cut))
    walked = part.walked
    if walked is None or walked.met < wanted:
        return part if not is_cut else fetch.part(_within(where, fetch, ask, bound, None))
    if (walked.met < most and not is_cut) or walked.plane_m > _plane_m(where, walked.page_m):
        return part
    return fetch.part(_within(where, fetch, ask, min(walked.page_m, bound), None))


def _plane_m(where: Where, distance_m: float) -> float:
    """Metres in the plane within which everything lies that is so near on the ellipsoid."""
    near = _near(where)
    return distance_m * stretch(near.lon, near.lat, distance_m) + SLACK_M


def _farther(where: Where, ask: Ask, after: After, fetch: Fetch) -> Part:
    reach_m = max(float(after.value or 0) * FARTHER, 1000.0)
    bound = where.query.radius_m or FARTHEST_M
    while True:
        part = fetch.part(_within(where, fetch, ask, min(reach_m, bound), after))
        if part.rows > ask.limit or reach_m >= bound:
            return part
        reach_m = reach_m * FARTHER if reach_m < bound / 50 else bound


def _within(where: Where, fetch: Fetch, ask: Ask, reach_m: float, after: After | None) -> Keys:
    """All that lies within a distance, measured and sorted."""
    params: dict[str, Any] = {"reach": reach_m + MICROMETRE}
    more = ["distance <= %(reach)s"]
    if after:
        params |= {"after": after.value, "after_id": after.public_id}
        more.append("(distance, i.public_id) > (%(after)s::float8, %(after_id)s::uuid)")
    near = _near(where)
    box = box_around(near.lon, near.lat, reach_m)
    bounds = [where.inside(box, "reach")] if reach_m < FARTHEST_M / 4 else []
    located = where.located(*bounds)
    measured = f"(SELECT i.*, {DISTANCE} AS distance FROM {fetch.table} i WHERE {located} OFFSET 0) i"
    source = f"{measured} WHERE {' AND '.join(more)}"
    return _page(where, fetch, source, ask, params, nearest=True)


def _outwards(where: Where, fetch: Fetch, ask: Ask, most: int, *, is_cut: bool) -> Keys:
    """So many that a walk meets first, in the order of the ellipsoid."""
    near = _near(where)
    params = {"mx": x_of(near.lon), "my": y_of(near.lat), "most": most}
    plane = "i.extent <-> point(%(mx)s, %(my)s)"
    if is_cut:
        inner = " AND ".join([LOCATED, *where.of_kind(), *where.bounds()])
        steps = f"(SELECT i.*, {plane} AS plane FROM {fetch.table} i WHERE {inner} ORDER BY plane LIMIT {STEPS}) i"
        met = f"SELECT i.* FROM {steps} WHERE {where.located(indexed=False)} ORDER BY i.plane LIMIT %(most)s"
    else:
        met = (
            f"SELECT i.*, {plane} AS plane FROM {fetch.table} i WHERE {where.located()} ORDER BY {plane} LIMIT %(most)s"
        )
    source = f"(SELECT i.*, {DISTANCE} AS distance FROM ({met}) i) i"
    return _page(where, fetch, source, ask, params, nearest=True, walked=True)


def _near(where: Where) -> Near:
    if where.query.near is None:
        raise ValueError("an order by distance needs a point")
    return where.query.near


def _distance(where: Where) -> str:
    return f"CASE WHEN {LOCATED} THEN {DISTANCE} END" if where.query.near else ""


def _page(
    where: Where, fetch: Fetch, source: str, ask: Ask, params: dict[str, Any], *, rank: int = 0,
    sort: Sort | None = None, nearest: bool = False, walked: bool = False,
) -> Keys:  # fmt: skip
    distance = "i.distance" if nearest else _distance(where)
    keys = _keys(where, fetch, source, rank=rank, sort=sort, distance=distance, nearest=nearest, walked=walked)
    limits = {"limit": ask.limit + 1, "offset": ask.offset}
    sql = f"{keys.sql} LIMIT %(limit)s{' OFFSET %(offset)s' if ask.offset else ''}"
    return replace(keys, sql=sql, params=keys.params | params | limits, take=ask.limit)


def _keys(
    where: Where, rows: Rows, source: str, *, rank: int = 0, sort: Sort | None = None, distance: str = "",
    nearest: bool = False, walked: bool = False,
) -> Keys:  # fmt: skip
    """nearest: in the order of `distance`, which `source` has."""
    columns = [rows.columns]
    columns += [f"{distance} AS distance"] if distance else []
    columns += [f"i.{sort.column} AS sorted"] if sort else []
    columns += ["count(*) OVER () AS met", "max(i.plane) OVER () AS plane_m"] if walked else []
    by = "distance" if nearest else f"sorted{sort.ending}" if sort else ""
    order = f"{by}, public_id".removeprefix(", ")
    sql = f"SELECT {', '.join(columns)} FROM {source} ORDER BY {order}"
    value = "k.distance::text" if nearest else "k.sorted::text" if sort else ""
    said = ", ".join(f"k.{part}" for part in order.split(", "))
    return Keys(sql, where.params, said, rank, value, bool(distance), walked)


def _count(where: Where, conditions: str) -> int:
    return int(database.one(f"SELECT count(*) FROM read_item i WHERE {conditions}", where.params)[0])
