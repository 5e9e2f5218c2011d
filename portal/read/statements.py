"""The statements that make the read tables: for the records of read_work, or for all of them in tables `…_new`."""

from collections.abc import Iterable

from portal.models.read import Found
from portal.read import cells
from portal.read.codes import coded, masked, quoted
from portal.read.texts import SEEN, TEXTS
from portal.vocabularies import AREAL, LOCATED, Kind, Precision, Remote, Status

TABLES = ("read_item", *TEXTS, "read_area", "read_piece", "read_concern", "read_cell")

_SINGLE = "m.cluster_id IS NULL AND GeometryType(a.geometry) = 'POINT' AND NOT ST_IsEmpty(a.geometry)"
# Of a thing with a record that has no place of its own, or another kind, no record can stand for all.
_THING = f"""
SELECT min(m2.place) AS least, CASE WHEN bool_and(a2.precision IN ({quoted(LOCATED)})) AND count(DISTINCT a2.kind) = 1
    THEN (array_agg(a2.geometry ORDER BY m2.place))[1] END AS place,
    ST_Extent(read_mercator(a2.geometry))::geometry AS extent
FROM portal_membership m2 JOIN portal_activity a2 ON a2.id = m2.activity_id
WHERE m2.cluster_id = m.cluster_id AND a2.withdrawn IS NULL
"""
_STAND = "CASE WHEN m.cluster_id IS NULL THEN a.geometry ELSE t.place END"
# The shortest way between two places, along which distances are measured, bulges towards the pole.
_BULGING = """CASE WHEN GeometryType(a.geometry) IN ('POINT', 'MULTIPOINT') THEN a.geometry
    ELSE ST_Segmentize(a.geometry::geography, 2000)::geometry END"""
_CELL = "CASE WHEN p.stand IS NOT NULL THEN {} END"
_WHOLE = f"CASE WHEN p.stand IS NOT NULL AND ({_SINGLE}) IS NOT TRUE THEN box(coalesce(t.extent, p.mercator)) END"
ITEM = {
    "activity_id": "a.id", "public_id": "a.public_id", "kind": coded(Kind, "a.kind"), "themes": masked("a.themes"),
    "status": coded(Status, "a.status"), "precision": coded(Precision, "a.precision"),
    "remote": coded(Remote, "a.remote"), "source_id": "a.source_id",
    "area_id": f"CASE WHEN a.precision IN ({quoted(AREAL)}) THEN a.area_id END", "starts": "a.starts", "ends": "a.ends",
    "changed": "a.changed", "cluster": "m.cluster_id", "place": "coalesce(m.place, 0)", "seen": f"read_stamp({SEEN})",
    "missing": "a.missing_since IS NOT NULL", "geometry": "a.geometry", "extent": "box(p.reach)",
    "plain": f"coalesce({_SINGLE}, false)",
    "stands": "p.stand IS NOT NULL AND (m.cluster_id IS NULL OR m.place = t.least)",
    "x": _CELL.format(cells.column("ST_X(p.stand)")), "y": _CELL.format(cells.row("ST_Y(p.stand)")),
    "mercator": "p.mercator", "whole": _WHOLE,
}  # fmt: skip
"""Each column of read_item, as it is made of a record."""

# Geometries sort along Hilbert's curve: what is near on the map is near on the disk.
_ITEMS = f"""
({", ".join(ITEM)}) SELECT {", ".join(ITEM.values())}
FROM portal_activity a LEFT JOIN portal_membership m ON m.activity_id = a.id
LEFT JOIN LATERAL ({_THING}) t ON m.cluster_id IS NOT NULL
CROSS JOIN LATERAL (SELECT read_mercator(a.geometry) AS mercator, read_mercator({_BULGING}) AS reach,
    read_mercator(read_point({_STAND})) AS stand) p
WHERE a.withdrawn IS NULL{{chosen}} ORDER BY a.geometry
"""
_FOUND = [field.name for field in Found._meta.local_fields]
_SPELT = {name: f"{name}::text" for name in ("geometry", "mercator", "extent", "whole")}


def _texts(table: str, items: str) -> str:
    """The texts of the items that some SQL gives as `i`, each beside what it is found by."""
    text = TEXTS[table]
    found = ", ".join(f"i.{column}" for column in _FOUND)
    return (
        f"({', '.join(_FOUND)}, text) SELECT {found}, {text.sql} "
        f"FROM {items} JOIN portal_activity a ON a.id = i.activity_id {text.joined}"
    )


def _compared(columns: Iterable[str]) -> str:
    return ", ".join(_SPELT.get(column, column) for column in columns)


COMPARED = {
    "read_item": _compared(ITEM),
    **dict.fromkeys(TEXTS, _compared([*_FOUND, "text"])),
    "read_area": "area_id, geojson",
    "read_piece": "area_id, piece::text",
    "read_concern": "area_id, kind, n, themes, statuses, extent::text, x, y",
    "read_cell": "level, x, y, kind, sort, n, themes, statuses, sum_x, sum_y, sum_id",
}
"""What of a table must be as it would be if it were made anew."""

_USED = "(SELECT DISTINCT area_id FROM {items} WHERE area_id IS NOT NULL)"
_AREAS = "INSERT INTO {area} SELECT id, ST_AsGeoJSON(shape, 7) FROM geo_area WHERE id IN "
_PIECES = (
    "INSERT INTO {piece} (area_id, piece) "
    "SELECT id, ST_Segmentize(ST_Subdivide(shape, 64), 0.05) FROM geo_area WHERE id IN "
)
_CONCERNS = f"""
INSERT INTO {{concern}} (area_id, kind, n, themes, statuses, extent, x, y)
SELECT c.*, box(read_mercator(ST_Envelope(a.shape))), {cells.column("ST_X(p.stand)")}, {cells.row("ST_Y(p.stand)")}
FROM (SELECT i.area_id, i.kind, {cells.counted("i.themes", "(1 << i.status)")} FROM {{items}} i
    WHERE i.cluster IS NULL AND i.area_id IN {{areas}} GROUP BY 1, 2) c JOIN geo_area a ON a.id = c.area_id
CROSS JOIN LATERAL (SELECT read_mercator(read_point(a.shape)) AS stand) p
"""

COLLECT = (
    "CREATE TEMP TABLE read_work (activity_id bigint PRIMARY KEY) ON COMMIT DROP",
    # Under the lock: what was there and not yet seen when an area or a source changed is there now.
    "WITH stale AS (DELETE FROM read_stale RETURNING activity_id, area_id, source_id) "
    "INSERT INTO read_work SELECT activity_id FROM stale WHERE activity_id IS NOT NULL "
    "UNION SELECT a.id FROM portal_activity a JOIN stale USING (area_id) "
    "UNION SELECT a.id FROM portal_activity a JOIN stale USING (source_id)",
    # Whoever is, or was, one thing with a changed record tells of it.
    "INSERT INTO read_work SELECT fellow.activity_id FROM portal_membership mine JOIN read_work USING (activity_id) "
    "JOIN portal_membership fellow USING (cluster_id) ON CONFLICT DO NOTHING",
    "INSERT INTO read_work SELECT fellow.activity_id FROM read_item mine JOIN read_work USING (activity_id) "
    "JOIN read_item fellow USING (cluster) ON CONFLICT DO NOTHING",
)

_TOUCHED = "(SELECT i.area_id FROM read_item i JOIN read_work USING (activity_id) WHERE i.area_id IS NOT NULL)"
_IN_WORK = " AND a.id IN (SELECT activity_id FROM read_work)"
_CHANGED = "read_work JOIN read_item i USING (activity_id)"
RENEW = (
    "CREATE TEMP TABLE read_area_work ON COMMIT DROP AS SELECT DISTINCT i.area_id FROM read_item i "
    "JOIN read_work USING (activity_id) WHERE i.area_id IS NOT NULL",
    *(
        f"DELETE FROM {table} USING read_work WHERE {table}.activity_id = read_work.activity_id"
        for table in ("read_item", *TEXTS)
    ),
    f"INSERT INTO read_item {_ITEMS.format(chosen=_IN_WORK)}",
    *(f"INSERT INTO {table} {_texts(table, _CHANGED)}" for table in TEXTS),
    f"INSERT INTO read_area_work {_TOUCHED}",
    cells.add_areal(-1),
    "DELETE FROM read_area WHERE area_id IN (SELECT area_id FROM read_area_work)",
    "DELETE FROM read_piece WHERE area_id IN (SELECT area_id FROM read_area_work)",
    "DELETE FROM read_concern WHERE area_id IN (SELECT area_id FROM read_area_work)",
    "DELETE FROM read_area_work w WHERE NOT EXISTS (SELECT FROM read_item i WHERE i.area_id = w.area_id)",
    _AREAS.format(area="read_area") + "(SELECT area_id FROM read_area_work)",
    _PIECES.format(piece="read_piece") + "(SELECT area_id FROM read_area_work)",
    _CONCERNS.format(concern="read_concern", items="read_item", areas="(SELECT area_id FROM read_area_work)"),
    cells.add_areal(1),
    "DROP TABLE read_area_work",
)

_LIKE = "CREATE TABLE {0}_new (LIKE {0} INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING STORAGE)"
SOURCES = """
INSERT INTO read_source (source_id, confirmed, stamp) SELECT id, confirmed, read_stamp(confirmed) FROM portal_source
ON CONFLICT (source_id) DO UPDATE SET confirmed = excluded.confirmed, stamp = excluded.stamp
"""
BEGIN_REBUILD = (
    *(_LIKE.format(table) for table in TABLES),
    "ALTER TABLE read_item_new SET (fillfactor = 90)",
    *(f"ALTER TABLE {table}_new SET (toast_tuple_target = 8160)" for table in TEXTS),
)
# As items lie on the disk; lines in the order of files.
_ALONG = dict.fromkeys(TEXTS, "read_item_new i")
_ALONG["read_line"] = "(SELECT * FROM read_item_new ORDER BY public_id OFFSET 0) i"
FILL = (
    f"INSERT INTO read_item_new {_ITEMS.format(chosen='')}",
    # Item by item: only these are sorted, with the texts beside them it would be gigabytes.
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    *(f"INSERT INTO {table}_new {_texts(table, _ALONG[table])}" for table in TEXTS),
    "SET LOCAL enable_hashjoin = on",
    "SET LOCAL enable_mergejoin = on",
    _AREAS.format(area="read_area_new") + _USED.format(items="read_item_new"),
    _PIECES.format(piece="read_piece_new") + _USED.format(items="read_item_new"),
    _CONCERNS.format(concern="read_concern_new", items="read_item_new", areas="(SELECT area_id FROM read_area_new)"),
)

CONSTRAINTS = """
SELECT conname, contype, conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('p', 'u')
"""


def take_place(table: str, indexes: Iterable[str], constraints: Iterable[tuple[str, str, str]]) -> list[str]:
    """The old table goes; the new one gets its name, those of its indexes and its constraints."""
    made = [f"DROP TABLE {table}", f"ALTER TABLE {table}_new RENAME TO {table}"]
    made += [f"ALTER INDEX {name}_new RENAME TO {name}" for name in indexes]
    for name, sort, _index in constraints:
        word = "PRIMARY KEY" if sort == "p" else "UNIQUE"
        made.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {name}")
    return made
