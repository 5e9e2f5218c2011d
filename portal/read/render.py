"""Ready texts of the keys of a page or of a whole answer: features as JSON, lines as CSV, keys alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.read import database
from portal.read.order import After, Keys, Part

BATCH = 2_000

# What the texts end with: last_seen is the source's where that was read whole since, distance_m is the question's.
_SEEN = "CASE WHEN NOT f.missing AND s.confirmed > k.changed THEN s.stamp ELSE f.seen END"
_METRES = "CASE WHEN k.distance IS NOT NULL THEN concat(',\"distance_m\":', round(k.distance::numeric, 1)) END"
STORED = "coalesce(f.geojson, r.geojson, 'null')"
"""SQL: the geometry of a key as GeoJSON of EPSG:4326."""

_FEATURE = f"""concat('{{"type":"Feature","id":"', k.public_id, '","geometry":', GEOMETRY, ',"properties":',
    f.properties, ',"last_seen":"', {_SEEN}, '"', {_METRES}, '}}}}')"""
LINE = f"concat(f.line, ',', {_SEEN}, ',', round(k.distance::numeric, 1))"
_JOINED = (
    "read_feature f ON f.activity_id = k.activity_id LEFT JOIN read_source s ON s.source_id = k.source_id "
    "LEFT JOIN read_area r ON r.area_id = k.area_id"
)


def feature(geometry: str = STORED) -> str:
    """SQL: the text of a Feature of key `k`."""
    return _FEATURE.replace("GEOMETRY", geometry)


@dataclass(frozen=True)
class Features:
    """Fetches the features of a page as one text, joined by commas."""

    geometry: str = STORED
    join: str = ""

    def __call__(self, keys: Keys) -> Part:
        sql = (
            "SELECT string_agg(text, ',') FILTER (WHERE n <= %(take)s), count(*), max(matched), "
            "max(rank) FILTER (WHERE n = %(take)s), max(value) FILTER (WHERE n = %(take)s), "
            "max(id) FILTER (WHERE n = %(take)s) FROM ("
            f"SELECT {feature(self.geometry)} AS text, k.n, k.matched, k.rank, k.value, k.public_id::text AS id FROM "
            f"(SELECT row_number() OVER () AS n, k.* FROM ({keys.sql}) k) k JOIN {_JOINED} {self.join} ORDER BY k.n) p"
        )
        text, rows, matched, rank, value, last = database.one(sql, keys.params | {"take": keys.take})
        return Part(text or b"", rows, _after(rank, value, last), matched)


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


def texts(keys: Keys, text: str) -> Iterator[list[bytes]]:
    """Texts of a whole answer, some thousands at a time, all of one moment."""
    sql = (
        f"SELECT {text} FROM (SELECT row_number() OVER () AS n, k.* FROM ({keys.sql}) k) k JOIN {_JOINED} ORDER BY k.n"
    )
    for rows in database.stream(sql, keys.params, BATCH):
        yield [row[0] for row in rows]


def _after(rank: Any, value: Any, public_id: Any) -> After | None:
    if public_id is None:
        return None
    told = value.decode() if isinstance(value, bytes) else value
    return After(int(rank), told, public_id.decode() if isinstance(public_id, bytes) else str(public_id))
