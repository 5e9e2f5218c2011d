"""Ready texts of the keys of a page or of a whole answer: features as JSON, lines as CSV, keys alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from portal.read import database
from portal.read.order import After, Fetch, Keys, Part, Rows, Walked, whole
from portal.read.texts import GEOMETRY_AT, ID, NO_GEOMETRY
from portal.read.where import Where

BATCH = 1_000


@dataclass(frozen=True)
class Telling:
    """How an item is told, as SQL of a row `k`: its text; what follows where it has a distance; what is joined."""

    columns: str
    text: str
    measured: str
    joined: str = ""

    def of(self, keys: Keys) -> str:
        return self.text + (self.measured if keys.measured else "")


# Where the source was read whole since, that is when the item was last seen.
_SEEN = "CASE WHEN NOT k.missing AND s.confirmed > k.changed THEN s.stamp ELSE k.seen END"
_SOURCE = "LEFT JOIN read_source s ON s.source_id = k.source_id"
_OF_SOURCE = "i.source_id, i.changed, i.seen, i.missing"
_AREA = f"coalesce((SELECT r.geojson FROM read_area r WHERE r.area_id = k.area_id), '{NO_GEOMETRY}')"
_DRAWN = f"""CASE WHEN k.area_id IS NULL THEN k.text
    ELSE overlay(k.text PLACING {_AREA} FROM {GEOMETRY_AT} FOR {len(NO_GEOMETRY)}) END"""
_METRES = """ || CASE WHEN k.distance IS NULL THEN '' ELSE ',"distance_m":' || round(k.distance::numeric, 1) END"""

_BRIEF = Telling("i.public_id, i.area_id, i.text", _DRAWN, _METRES)
_FEATURE = Telling(
    f"{_BRIEF.columns}, {_OF_SOURCE}", f"""{_DRAWN} || ',"last_seen":"' || {_SEEN} || '"'""", _METRES, _SOURCE
)
_LINE = Telling(
    f"i.public_id, i.text, {_OF_SOURCE}",
    f"k.text || ',' || {_SEEN} || ','", " || coalesce(round(k.distance::numeric, 1)::text, '')", _SOURCE,
)  # fmt: skip
END = "}}"
"""What a feature is closed by."""


def _texts(telling: Telling, keys: Keys) -> Part:
    """Row by row: put together by the database they take twice the time."""
    columns = [telling.of(keys)]
    columns += [keys.value] if keys.value else []
    columns += ["k.met", "k.plane_m", "k.distance"] if keys.walked else []
    sql = f"SELECT {', '.join(columns)} FROM ({keys.sql}) k {telling.joined} ORDER BY {keys.order}"
    rows = database.rows(sql, keys.params)
    after, walked = None, None
    if len(rows) >= keys.take > 0:
        text, *more = rows[keys.take - 1]
        after = After(keys.rank, more[0].decode() if keys.value and more[0] else None, text[ID].decode())
    if keys.walked and rows:
        *_told, met, plane_m, _distance_m = rows[0]
        walked = Walked(met, plane_m, page_m=rows[-1][-1])
    return Part([row[0] for row in rows[: keys.take]], len(rows), after, walked)


def joined(texts: Sequence[bytes], before: bytes, behind: bytes) -> bytes:
    """Features between two other texts, written once."""
    if not texts:
        return before + behind
    first, *others = texts
    written = [before + first, *others]
    written[-1] += END.encode() + behind
    return f"{END},".encode().join(written)


def _fetch(table: str, telling: Telling) -> Fetch:
    return Fetch(table, telling.columns, partial(_texts, telling))


FEATURES = _fetch("read_feature", _FEATURE)
"""A page as the texts of its features, open at the end: `joined` closes them."""

BRIEFS = _fetch("read_brief", _BRIEF)
"""The same with the properties of lists and maps alone (`portal.api.properties.BRIEF`)."""


@dataclass(frozen=True)
class Key:
    """One item of a page."""

    activity_id: int
    public_id: UUID
    distance_m: float | None


def _keys(keys: Keys) -> Part:
    columns = ["activity_id", "public_id", "distance" if keys.measured else "NULL::float8", keys.value or "NULL"]
    columns += ["met", "plane_m"] if keys.walked else []
    rows = database.rows(f"SELECT {', '.join(columns)} FROM ({keys.sql}) k", keys.params)
    found = [Key(pk, public_id, distance) for pk, public_id, distance, *_more in rows[: keys.take]]
    full = rows[keys.take - 1] if len(rows) >= keys.take > 0 else None
    after = After(keys.rank, full[3].decode() if full[3] else None, str(full[1])) if full else None
    walked = Walked(met=rows[-1][4], plane_m=rows[-1][5], page_m=rows[-1][2]) if keys.walked and rows else None
    return Part(found, len(rows), after, walked)


KEYS = Fetch("read_item", "i.activity_id, i.public_id", _keys)
"""A page as a list of Keys: nothing of what the items are."""


def features(where: Where) -> Iterator[list[bytes]]:
    """The features of a whole answer, many at a time, all of one moment."""
    return _streamed(whole(where, FEATURES), _FEATURE, f" || '{END}'")


def lines(where: Where) -> Iterator[list[bytes]]:
    """The same as lines of CSV."""
    return _streamed(whole(where, Rows("read_line", _LINE.columns)), _LINE, "")


def _streamed(parts: list[Keys], telling: Telling, end: str) -> Iterator[list[bytes]]:
    for keys in parts:
        sql = f"SELECT {telling.of(keys)}{end} FROM ({keys.sql}) k {telling.joined} ORDER BY {keys.order}"
        for rows in database.stream(sql, keys.params, BATCH):
            yield [row[0] for row in rows]
