"""Ready texts of the keys of a page or of a whole answer: features as JSON, lines as CSV, keys alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.read import database
from portal.read.order import After, Keys, Part

BATCH = 500

# What the texts end with: last_seen is the source's where that was read whole since, distance_m is the question's.
_SEEN = "CASE WHEN NOT k.missing AND s.confirmed > k.changed THEN s.stamp ELSE k.seen END"
_METRES = "CASE WHEN k.distance IS NOT NULL THEN concat(',\"distance_m\":', round(k.distance::numeric, 1)) END"
_BEGIN = """'{"type":"Feature","id":"', k.public_id, '","geometry":', coalesce(f.geojson,
    (SELECT r.geojson FROM read_area r WHERE r.area_id = k.area_id), 'null'), ',"properties":', f.properties"""
_FEATURE = f"""concat({_BEGIN}, ',"last_seen":"', {_SEEN}, '"', {_METRES}, '}}}}')"""
_BRIEF = f"concat({_BEGIN}, {_METRES}, '}}}}')"
LINE = f"concat(f.line, ',', {_SEEN}, ',', round(k.distance::numeric, 1))"
_SOURCE = "LEFT JOIN read_source s ON s.source_id = k.source_id"
_FEATURES = f"read_feature f ON f.activity_id = k.activity_id {_SOURCE}"
_BRIEFS = "read_brief f ON f.activity_id = k.activity_id"
_LINES = f"read_line f ON f.activity_id = k.activity_id {_SOURCE}"


def fetch_features(keys: Keys) -> Part:
    """Fetches the features of a page as one text, joined by commas."""
    return _fetch(keys, _FEATURE, _FEATURES)


def fetch_briefs(keys: Keys) -> Part:
    """The same with the properties of lists and maps alone (`portal.api.properties.BRIEF`)."""
    return _fetch(keys, _BRIEF, _BRIEFS)


def _fetch(keys: Keys, text: str, joined: str) -> Part:
    numbered = f"(SELECT row_number() OVER () AS n, k.* FROM ({keys.sql}) k) k"
    told = f"{text} AS text, k.n, k.matched, k.rank, k.value, k.public_id::text AS id"
    sql = (
        "SELECT string_agg(text, ',') FILTER (WHERE n <= %(take)s), count(*), max(matched), "
        "max(rank) FILTER (WHERE n = %(take)s), max(value) FILTER (WHERE n = %(take)s), "
        "max(id) FILTER (WHERE n = %(take)s) FROM "
        f"(SELECT {told} FROM {numbered} JOIN {joined} ORDER BY {keys.order}) page"
    )
    content, rows, matched, rank, value, last = database.one(sql, keys.params | {"take": keys.take})
    return Part(content or b"", rows, _after(rank, value, last), matched)


@dataclass(frozen=True)
class Key:
    """One item of a page."""

    activity_id: int
    public_id: UUID
    distance_m: float | None


def fetch_keys(keys: Keys) -> Part:
    """Fetches the keys of a page, and nothing of what they are."""
    sql = f"SELECT activity_id, public_id, distance, rank, value, matched FROM ({keys.sql}) k"
    rows = database.rows(sql, keys.params)
    found = [Key(pk, public_id, distance) for pk, public_id, distance, *_more in rows[: keys.take]]
    full = rows[keys.take - 1] if len(rows) >= keys.take > 0 else None
    last = _after(full[3], full[4], str(full[1])) if full else None
    return Part(found, len(rows), last, rows[0][5] if rows else None)


def features(keys: Keys) -> Iterator[list[bytes]]:
    """The features of a whole answer, some thousands at a time, all of one moment."""
    return _texts(keys, _FEATURE, _FEATURES)


def lines(keys: Keys) -> Iterator[list[bytes]]:
    """The same as lines of CSV."""
    return _texts(keys, LINE, _LINES)


def _texts(keys: Keys, text: str, joined: str) -> Iterator[list[bytes]]:
    # Numbers would hide the order that the keys are in, and all texts would be sorted again.
    numbered = keys.sql if keys.order != "k.n" else f"SELECT row_number() OVER () AS n, k.* FROM ({keys.sql}) k"
    sql = f"SELECT {text} FROM ({numbered}) k JOIN {joined} ORDER BY {keys.order}"
    for rows in database.stream(sql, keys.params, BATCH):
        yield [row[0] for row in rows]


def _after(rank: Any, value: Any, public_id: Any) -> After | None:
    if public_id is None:
        return None
    told = value.decode() if isinstance(value, bytes) else value
    return After(int(rank), told, public_id.decode() if isinstance(public_id, bytes) else str(public_id))
