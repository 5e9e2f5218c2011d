"""Which items a question gets, in which order, a page at a time: keys alone, in statements that cost what they give.

Two ways lead to a page in order. **Walking** follows the index of the order and drops what does not match: quick where
much matches. **Gathering** finds all that matches and sorts it: quick where little does. A walk is cut after so many
steps; a page that it does not fill is gathered. So no question costs more than the two.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from geo.boxes import box_around, x_of, y_of
from geo.parse import FARTHEST_M, Near
from portal.read import database, density
from portal.read.where import DISTANCE, LOCATED, PLACELESS, Where

STEPS = 20_000
"""A walk is cut there: some 20 to 40 ms."""

GATHER = 20_000
"""A box of so many items is gathered, a fuller one walked through."""

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
    """SQL of keys in their order, at most `take` + 1 of them: the one more tells that there are more.

    order: the same order said of the keys `k`, so that what is joined to them need not be sorted again.
    """

    sql: str
    params: dict[str, Any]
    take: int
    order: str


@dataclass(frozen=True)
class Part:
    """What was fetched for some Keys.

    content: texts or records of the first `take`. rows: how many keys there were, the one more included. last: the
    key of the last one of a full part. matched: all that match, where they were gathered.
    """

    content: Any
    rows: int
    last: After | None
    matched: int | None


Fetch = Callable[[Keys], Part]


@dataclass(frozen=True)
class Sort:
    """An order by a column, ties by public id; what has no value comes last."""

    column: str
    type: str
    descending: bool = False

    def order(self) -> str:
        return f"i.{self.column}{' DESC' if self.descending else ''} NULLS LAST, i.public_id"

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
    return fetch(_page(where, f"read_item i WHERE {conditions}", sort.order() if sort else "i.public_id", ask, {}))


def whole(where: Where) -> list[Keys]:
    """All of the answer in its order, for those who read it as a stream."""
    sort = where.query.order
    if sort == "distance":
        measured = f"(SELECT i.*, {DISTANCE} AS distance FROM read_item i WHERE {where.located()}) i"
        located = _keys(where, measured, "distance, i.public_id", distance="i.distance")
        return [located, *(_keys(where, f"read_item i WHERE {conditions}", "i.public_id", rank=rank)
                           for rank, conditions in _beyond(where))]  # fmt: skip
    order = "i.public_id" if sort == "id" else SORTS[sort].order()
    return [_keys(where, f"read_item i WHERE {where.placed()}", order, distance=_distance(where))]


def _by_id(where: Where, ask: Ask, fetch: Fetch) -> Part:
    params: dict[str, Any] = {}
    later = []
    if ask.after:
        params["after_id"] = ask.after.public_id
        later = ["i.public_id > %(after_id)s::uuid"]
    if not _is_small(where):
        onward = " AND ".join(later) or "true"
        steps = f"(SELECT i.* FROM read_item i WHERE {onward} ORDER BY i.public_id LIMIT {STEPS})"
        unindexed = replace(where, indexed=False)
        walked = fetch(_page(where, f"{steps} i WHERE {unindexed.placed()}", "i.public_id", ask, params))
        if walked.rows > ask.limit:
            return walked
    return fetch(_page(where, _gathered(where, later), "i.public_id", ask, params, counted=not ask.after))


def _gathered(where: Where, more: list[str]) -> str:
    """All that matches, for a sort: located and areal ones each by their own index."""
    if not where.bounded:
        return f"(SELECT i.* FROM read_item i WHERE {where.items(*more)} OFFSET 0) i"
    both = " UNION ALL ".join(
        f"SELECT i.* FROM read_item i WHERE {conditions}" for conditions in (where.located(*more), where.areal(*more))
    )
    return f"({both}) i"


def _is_small(where: Where) -> bool:
    boxes = where.boxes()
    return bool(where.query.area) or (bool(boxes) and min(density.expected(box) for box in boxes) <= GATHER)


def _by_column(where: Where, sort: Sort, ask: Ask, fetch: Fetch) -> Part:
    params: dict[str, Any] = {}
    later = [sort.later(ask.after, params)] if ask.after else []
    value = f"i.{sort.column}::text"
    return fetch(_page(where, _gathered(where, later), sort.order(), ask, params, value=value, counted=not ask.after))


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
        source = f"(SELECT i.* FROM read_item i WHERE {conditions}{later} OFFSET 0) i"
        part = fetch(_page(where, source, "i.public_id", Ask(wanted, skipped), params, rank=rank))
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
    """The next ones by distance. The walk along the index of the plane tells how far one must look; what lies within
    is then measured on the ellipsoid, so that the order is the true one at every latitude."""
    if ask.after:
        return _farther(where, ask, ask.after, fetch)
    reach_m = _reach_m(where, ask.limit + ask.offset + 1)
    return fetch(_within(where, ask, reach_m, None))


def _farther(where: Where, ask: Ask, after: After, fetch: Fetch) -> Part:
    reach_m = max(float(after.value or 0) * FARTHER, 1000.0)
    bound = where.query.radius_m or FARTHEST_M
    while True:
        part = fetch(_within(where, ask, min(reach_m, bound), after))
        if part.rows > ask.limit or reach_m >= bound:
            return part
        reach_m = reach_m * FARTHER if reach_m < bound / 50 else bound


def _within(where: Where, ask: Ask, reach_m: float, after: After | None) -> Keys:
    near = _near(where)
    params: dict[str, Any] = {"reach": reach_m + MICROMETRE}
    more = ["distance <= %(reach)s"]
    if after:
        params |= {"after": after.value, "after_id": after.public_id}
        more.append("(distance, i.public_id) > (%(after)s::float8, %(after_id)s::uuid)")
    bounds = [where.inside(box_around(near.point, reach_m), "reach")] if reach_m < FARTHEST_M / 4 else []
    measured = f"(SELECT i.*, {DISTANCE} AS distance FROM read_item i WHERE {where.located(*bounds)} OFFSET 0) i"
    source = f"{measured} WHERE {' AND '.join(more)}"
    return _page(where, source, "distance, i.public_id", ask, params, distance="distance", value="distance::text")


def _reach_m(where: Where, wanted: int) -> float:
    """Metres within which so many matches surely lie; the bound of the question where a short walk does not tell."""
    near = _near(where)
    bound = where.query.radius_m or FARTHEST_M
    index = where.bounds()
    steps = (
        f"SELECT i.* FROM read_item i WHERE {' AND '.join([LOCATED, *index])} "
        f"ORDER BY i.mercator <-> ST_SetSRID(ST_MakePoint(%(mx)s, %(my)s), 3857) LIMIT {STEPS}"
    )
    sql = (
        f"SELECT count(*), max(distance) FROM (SELECT {DISTANCE} AS distance FROM ({steps}) i "
        f"WHERE {where.items()} LIMIT %(wanted)s) found"
    )
    params = where.params | {"mx": x_of(near.lon), "my": y_of(near.lat), "wanted": wanted}
    found, farthest = database.one(sql, params)
    return min(farthest, bound) if found == wanted else bound


def _near(where: Where) -> Near:
    if where.query.near is None:
        raise ValueError("an order by distance needs a point")
    return where.query.near


def _distance(where: Where) -> str:
    return f"CASE WHEN {LOCATED} THEN {DISTANCE} END" if where.query.near else "NULL::float8"


def _page(
    where: Where, source: str, order: str, ask: Ask, params: dict[str, Any], *, rank: int = 0, distance: str = "",
    value: str = "NULL::text", counted: bool = False,
) -> Keys:  # fmt: skip
    keys = _keys(where, source, order, rank=rank, distance=distance or _distance(where), value=value, counted=counted)
    limits = {"limit": ask.limit + 1, "offset": ask.offset}
    return Keys(f"{keys.sql} LIMIT %(limit)s OFFSET %(offset)s", keys.params | params | limits, ask.limit, keys.order)


def _keys(
    where: Where, source: str, order: str, *, rank: int = 0, distance: str = "NULL::float8",
    value: str = "NULL::text", counted: bool = False,
) -> Keys:  # fmt: skip
    matched = "count(*) OVER ()" if counted else "NULL::bigint"
    sql = (
        f"SELECT i.activity_id, i.public_id, i.source_id, i.area_id, i.changed, i.seen, i.missing, "
        f"{rank} AS rank, {value} AS value, {distance} AS distance, {matched} AS matched FROM {source} ORDER BY {order}"
    )
    return Keys(sql, where.params, 0, _OF_KEYS.get(order, "k.n"))


_OF_KEYS = {"i.public_id": "k.public_id", "distance, i.public_id": "k.distance, k.public_id"}


def _count(where: Where, conditions: str) -> int:
    return int(database.one(f"SELECT count(*) FROM read_item i WHERE {conditions}", where.params)[0])
