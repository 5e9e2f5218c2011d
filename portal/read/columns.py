"""Every located item of a question at once, in columns of small numbers: about nine bytes a point, compressed.

Items come along Hilbert's curve, so that each place is near the one before, and differences are small. The places come
first, `ids` and `titles` when somebody asks for them, in the same order of the same data version.
"""

from typing import Any

from portal.read import database, version
from portal.read.where import Where

MOST = 50_000
SCALE = 100_000
"""Places are whole numbers of 1/100,000 degree, a metre."""

_FROM = "FROM read_item i WHERE {} ORDER BY i.mercator, i.activity_id"
_PLACE = "CASE WHEN i.x IS NULL THEN ST_PointOnSurface(i.geometry) ELSE i.geometry END"
SETS = {
    "places": f"ST_X({_PLACE}), ST_Y({_PLACE}), i.kind, i.themes",
    "ids": "i.public_id",
    "titles": "(SELECT a.title::text FROM portal_activity a WHERE a.id = i.activity_id)",
}


def columns(where: Where, of: str) -> dict[str, Any] | None:
    """The columns of one of SETS; None where there are more than MOST items."""
    sql = f"SELECT {SETS[of]} {_FROM.format(where.located())} LIMIT {MOST + 1}"
    rows = database.rows(sql, where.params)
    if len(rows) > MOST:
        return None
    told: dict[str, Any] = {"version": version.current().number, "n": len(rows)}
    if of != "places":
        return told | {of: [row[0].decode() if isinstance(row[0], bytes) else row[0] for row in rows]}
    lon, lat, kind, themes = zip(*rows, strict=True) if rows else ((), (), (), ())
    return told | {
        "scale": SCALE, "lon": _steps(lon), "lat": _steps(lat), "kind": list(kind), "themes": list(themes),
    }  # fmt: skip


def _steps(degrees: tuple[float, ...]) -> list[int]:
    """Each as its difference to the one before."""
    numbers = [round(degree * SCALE) for degree in degrees]
    return [here - before for here, before in zip(numbers, [0, *numbers], strict=False)]
