"""How far the items of each kind reach, in space and time. Made now and then: it looks at every item."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from django.db import connection

from portal.cql.columns import AREAL_ITEM
from portal.vocabularies import Kind

KEPT_S = 600
"""Ten minutes: it takes 0.5 s on 300,000 items, and nobody's map depends on the last of them."""

# Outlines are few and heavy: each is measured once, not with every item that concerns it.
SQL = f"""
WITH own AS (
    SELECT kind, ST_Extent(geometry) AS box, min(coalesce(starts, ends)) AS first, max(coalesce(ends, starts)) AS last,
        bool_or(starts IS NOT NULL AND ends IS NULL) AS goes_on
    FROM portal_activity WHERE withdrawn IS NULL GROUP BY kind
), concerned AS (
    SELECT DISTINCT kind, area_id FROM portal_activity a WHERE withdrawn IS NULL AND {AREAL_ITEM}
), areas AS (
    SELECT kind, ST_Extent(shape) AS box FROM concerned JOIN geo_area ON geo_area.id = area_id GROUP BY kind
), boxes AS (
    SELECT kind, ST_Extent(box::geometry) AS box
    FROM (SELECT kind, box FROM own UNION ALL SELECT kind, box FROM areas) every GROUP BY kind
)
SELECT kind, ST_XMin(boxes.box), ST_YMin(boxes.box), ST_XMax(boxes.box), ST_YMax(boxes.box), first, last, goes_on
FROM own JOIN boxes USING (kind)
"""
Row = Any


@dataclass(frozen=True)
class Extent:
    """A box in degrees and two days; None where there is nothing, or no end."""

    bbox: tuple[float, float, float, float] | None
    first: datetime | None
    last: datetime | None

    def document(self) -> dict[str, Any]:
        """As OGC API - Features writes it."""
        bbox = list(self.bbox) if self.bbox else [-180.0, -90.0, 180.0, 90.0]
        return {
            "spatial": {"bbox": [bbox], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"},
            "temporal": {"interval": [[_written(self.first), _written(self.last)]]},
        }


def extent_of(kinds: Iterable[Kind]) -> Extent:
    """Of those kinds, all of them when none is named."""
    rows: list[Row] = cache.get_or_set("portal.api.extents", _rows, KEPT_S) or []
    wanted = set(kinds) or set(Kind)
    return _together([row for row in rows if row[0] in wanted])


def _rows() -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        return list(cursor.fetchall())


def _together(rows: list[Row]) -> Extent:
    boxes = [row[1:5] for row in rows if row[1] is not None]
    edges = list(zip(*boxes, strict=True))
    bbox = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])) if edges else None
    firsts = [row[5] for row in rows if row[5]]
    lasts = [row[6] for row in rows if row[6]]
    goes_on = any(row[7] for row in rows)
    return Extent(bbox, min(firsts, default=None), None if goes_on else max(lasts, default=None))


def _written(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
