"""A Query as SQL conditions on read_item: the one place where they are written.

Each is text with named parameters; values never stand in it. Every condition can be asked of an item (`i`) and of
another record of the same thing (`j`).
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from geo.boxes import Edges, box_around, core, reach
from geo.parse import BBox
from portal import cql
from portal.query import ALL, Query
from portal.read.codes import AREAL_CODES, LOCATED_CODES, PLACELESS_CODES, codes, listed, mask
from portal.search import text_query
from portal.vocabularies import Kind, Precision, Remote, Status
from portal.when import OVER

LOCATED = f"i.precision IN {listed(LOCATED_CODES)}"
AREAL = f"i.precision IN {listed(AREAL_CODES)}"
PLACELESS = f"i.precision IN {listed(PLACELESS_CODES)}"
UNCOUNTED = "NOT i.plain AND i.whole IS NULL AND (i.cluster IS NOT NULL OR i.area_id IS NULL)"
"""Counted in no cell and with no area."""

_ITEM = re.compile(r"\bi\.")
_OVER = listed(codes(Status, OVER))


@dataclass
class Where:
    """The conditions of one Query; `within` bounds it to the kinds of a collection."""

    query: Query
    within: tuple[Kind, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.filters = " AND ".join(self._filters()) or "true"
        self.exact, self.pieces, self.sharing = self._place()

    @property
    def bounded(self) -> bool:
        return self.query.bounded

    def items(self, *more: str) -> str:
        """What is answered, but for its place: the filters, `more` conditions, and of one thing one record."""
        return " AND ".join([self.filters, *more, *([] if self.query.duplicates == ALL else [self._shown()])])

    def located(self, *more: str, indexed: bool = True) -> str:
        """Those with a place of their own, inside of the bounds.

        Not indexed: without the map's index, where another one is walked along.
        """
        return self.items(self._located_part(indexed=indexed), *more)

    def areal(self, *more: str) -> str:
        """Those that concern an area that meets the bounds."""
        return self.items(AREAL, *self._areal_in(), *more)

    def placed(self, *, indexed: bool = True) -> str:
        """All that is answered, its place too."""
        return self.items(*([self._in_place(indexed=indexed)] if self.bounded else []))

    def bounded_parts(self, *, indexed: bool = True) -> list[str]:
        """What lies inside of the bounds: located and areal ones, each found by its own index."""
        return [self._located_part(indexed=indexed), " AND ".join([AREAL, *self._areal_in()])]

    def _located_part(self, *, indexed: bool) -> str:
        return " AND ".join([LOCATED, *(self.bounds() if indexed else []), *self.exact])

    def _areal_in(self) -> list[str]:
        met = [f"i.area_id IN (SELECT p.area_id FROM read_piece p WHERE {piece})" for piece in self.pieces]
        return [*self.sharing, *met]

    def area_meets(self) -> str:
        """That the area of `i` meets the bounds, looked at area by area: for few of them."""
        of_area = "(SELECT r.piece FROM read_piece r WHERE r.area_id = i.area_id OFFSET 0) p"
        met = (f"EXISTS (SELECT FROM {of_area} WHERE {piece} OFFSET 0)" for piece in self.pieces)
        return " AND ".join([*self.sharing, *met])

    def _in_place(self, *, indexed: bool = True) -> str:
        return f"({' OR '.join(self.bounded_parts(indexed=indexed))})"

    def things(self) -> str:
        """All records that match, of one thing several."""
        return " AND ".join([self.filters, *([self._in_place()] if self.bounded else [])])

    def _shown(self) -> str:
        """Hidden is who stands behind another record of the same thing in the same answer.

        Where the question has a bound in space, records without a place are beside the answer and count for this.
        """
        matching = [self.filters, *([f"({self._in_place()} OR {PLACELESS})"] if self.bounded else [])]
        before = " AND ".join(["j.cluster = i.cluster", "j.place < i.place", *(_of_other(one) for one in matching)])
        return f"(i.cluster IS NULL OR i.place = 0 OR NOT EXISTS (SELECT FROM read_item j WHERE {before}))"

    def _filters(self) -> list[str]:
        query, found = self.query, self.of_kind()
        if query.themes:
            self.params["themes"] = mask(query.themes)
            found.append("i.themes & %(themes)s <> 0")
        for name, vocabulary, words in (
            ("status", Status, query.statuses), ("precision", Precision, query.precisions),
            ("remote", Remote, query.remotes),
        ):  # fmt: skip
            if words:
                found.append(self._among(name, codes(vocabulary, words)))
        if query.sources:
            self.params["sources"] = list(query.sources)
            found.append("i.source_id IN (SELECT id FROM portal_source WHERE slug = ANY(%(sources)s))")
        return found + self._when() + self._words() + self._cql()

    def of_kind(self) -> list[str]:
        """The condition on kinds, where not all are asked for: there is an index for each."""
        kinds = set(self.query.kinds or Kind.values) & set(self.within or Kind.values)
        return [self._among("kind", codes(Kind, kinds))] if len(kinds) < len(Kind.values) else []

    def _among(self, name: str, numbers: list[int]) -> str:
        self.params[name] = sorted(numbers)
        if len(numbers) == 1:  # said in the statement itself, or the index of one kind would not be used
            return f"i.{name} = {numbers[0]}"
        return f"i.{name} = ANY(%({name})s::smallint[])"

    def _when(self) -> list[str]:
        when = self.query.when
        if not when:
            return []
        if when.text == "upcoming":
            self.params["now"] = when.moment()
            return ["(i.ends IS NULL OR i.ends >= %(now)s)", f"i.status NOT IN {_OVER}"]
        begin, end = when.bounds()
        found = ["(i.starts IS NOT NULL OR i.ends IS NOT NULL)"]
        return found + self._before("starts", "<", end) + self._before("ends", ">=", begin)

    def _before(self, name: str, sign: str, moment: datetime | None) -> list[str]:
        if moment is None:
            return []
        self.params[f"when_{name}"] = moment
        return [f"(i.{name} IS NULL OR i.{name} {sign} %(when_{name})s)"]

    def _words(self) -> list[str]:
        if not self.query.q:
            return []
        asked = text_query(self.query.q, self.params)
        return [f"i.activity_id IN (SELECT t.activity_id FROM portal_activitytext t WHERE {asked})"]

    def _cql(self) -> list[str]:
        if not self.query.filter:
            return []
        condition = cql.parse(self.query.filter)
        self.params |= condition.params
        return [f"i.activity_id IN (SELECT a.id FROM {cql.FROM} WHERE {condition.sql})"]

    def boxes(self) -> list[BBox]:
        """What surely holds all that is placed: one for each bound in space."""
        query = self.query
        return [*([circle] if (circle := self._circle()) else []), *([query.bbox] if query.bbox else [])]

    def _circle(self) -> BBox | None:
        """What surely holds the circle that is asked for."""
        near, radius_m = self.query.near, self.query.radius_m
        return box_around(near.lon, near.lat, radius_m) if near and radius_m is not None else None

    def bounds(self) -> list[str]:
        """The bounds in space as the map's index knows them."""
        area = [f"i.extent && box(read_mercator({AREA}))"] if self.query.area else []
        return [*area, *(self.inside(box, f"bound{place}") for place, box in enumerate(self.boxes()))]

    def _place(self) -> tuple[list[str], list[str], list[str]]:
        """What is inside of the bounds: located ones, pieces of areas, and areas."""
        query = self.query
        located: list[str] = []
        pieces: list[str] = []
        if query.near:
            self.params |= {"lon": query.near.lon, "lat": query.near.lat}
        if circle := self._circle():
            self.params["radius"] = query.radius_m
            located.append(_within("i.geometry"))
            pieces.append(f"{_any(self._meets(circle, 'circle'))} AND {_within('p.piece')}")
        if query.bbox:
            core_of_box = self._edges(core(query.bbox), "core", "i.extent <@")
            located.append(_any([*core_of_box, *self._touches(query.bbox, "box", "i.geometry")]))
            within, touched = self._meets(query.bbox, "box", "@"), self._touches(query.bbox, "box", "p.piece")
            pieces.append(f"{_any(self._meets(query.bbox, 'box'))} AND {_any([*within, *touched])}")
        sharing = [f"i.area_id IN (SELECT r.id FROM geo_area r WHERE {SHARING})"] if query.area else []
        if query.area:
            self.params["area"] = query.area
            located.append(f"ST_Intersects(i.geometry, {AREA})")
        return located, pieces, sharing

    def inside(self, box: BBox, name: str) -> str:
        """By the index: surely all of the box, and a metre more."""
        return _any(self._edges(reach(box), name, "i.extent &&"))

    def _edges(self, boxes: list[Edges], name: str, compared: str) -> list[str]:
        found = []
        for place, edges in enumerate(boxes):
            named = {f"{name}_m{place}{edge}": value for edge, value in zip("wsen", edges, strict=True)}
            self.params |= named
            found.append(f"{compared} {box_of(*(f'%({edge})s' for edge in named))}")
        return found

    def _meets(self, box: BBox, name: str, compared: str = "&&") -> list[str]:
        return [f"p.piece {compared} {part}" for part in self._parts(box, name)]

    def _touches(self, box: BBox, name: str, shape: str) -> list[str]:
        return [f"ST_Intersects({shape}, {part})" for part in self._parts(box, name)]

    def _parts(self, box: BBox, name: str) -> list[str]:
        """The box as shapes of EPSG:4326, lines and points among them: two across the antimeridian."""
        parts = {f"{name}_{place}": side.ewkt for place, side in enumerate(box.sides)}
        self.params |= parts
        return [f"%({part})s::geometry" for part in parts]


AREA = "(SELECT shape FROM geo_area WHERE code = %(area)s)"
SHARED_GROUND = "T********"
"""DE-9IM: the interiors meet."""

# A border in common is not enough for areas: neighbours would be in each other's answers.
SHARING = (
    f"r.id IN (SELECT area_id FROM read_area) AND r.shape && {AREA} AND ST_Relate(r.shape, {AREA}, '{SHARED_GROUND}')"
)
POINT = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"
DISTANCE = f"ST_Distance(i.geometry::geography, {POINT}::geography)"
"""Metres on the ellipsoid to the nearest part."""


def _any(conditions: list[str]) -> str:
    return f"({' OR '.join(conditions)})"


def box_of(west: str, south: str, east: str, north: str) -> str:
    """SQL of a box of EPSG:3857 from that of its edges in metres."""
    return f"box(point({west}, {south}), point({east}, {north}))"


def _within(shape: str) -> str:
    return f"ST_DWithin({shape}::geography, {POINT}::geography, %(radius)s)"


def _of_other(condition: str) -> str:
    return _ITEM.sub("j.", condition)
