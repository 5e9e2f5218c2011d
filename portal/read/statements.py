"""The statements that make the read tables: for the records of read_work, or for all of them in tables `…_new`."""

from collections.abc import Iterable

from portal.read import cells
from portal.read.codes import coded, masked
from portal.read.texts import FEATURES, LINES, SEEN
from portal.vocabularies import AREAL, Kind, Precision, Remote, Status

TABLES = ("read_item", "read_feature", "read_line", "read_area", "read_piece", "read_cell")
COMPARED = {
    "read_item": "activity_id, public_id, kind, themes, status, precision, remote, source_id, area_id, starts, ends, "
    "changed, cluster, place, plain, x, y, seen, missing, geometry::text, mercator::text",
    "read_feature": "activity_id, properties, geojson",
    "read_line": "activity_id, line",
    "read_area": "area_id, geojson",
    "read_piece": "area_id, piece::text",
    "read_cell": "level, x, y, kind, n, themes, statuses, sum_x, sum_y, sum_id",
}

_FIELDS = (
    "activity_id, public_id, kind, themes, status, precision, remote, source_id, area_id, starts, ends, changed, "
    "cluster, place, plain, x, y, seen, missing, geometry, mercator"
)
_SINGLE = "m.cluster_id IS NULL AND GeometryType(a.geometry) = 'POINT' AND NOT ST_IsEmpty(a.geometry)"
ITEMS = f"""
SELECT a.id, a.public_id, {coded(Kind, "a.kind")}, {masked("a.themes")}, {coded(Status, "a.status")},
    {coded(Precision, "a.precision")}, {coded(Remote, "a.remote")}, a.source_id,
    CASE WHEN a.precision IN ({", ".join(f"'{word}'" for word in AREAL)}) THEN a.area_id END,
    a.starts, a.ends, a.changed, m.cluster_id, coalesce(m.place, 0), coalesce({_SINGLE}, false),
    CASE WHEN GeometryType(a.geometry) = 'POINT' THEN {cells.column("p.mercator")} END,
    CASE WHEN GeometryType(a.geometry) = 'POINT' THEN {cells.row("p.mercator")} END,
    read_stamp({SEEN}), a.missing_since IS NOT NULL, a.geometry, p.mercator
FROM portal_activity a LEFT JOIN portal_membership m ON m.activity_id = a.id
CROSS JOIN LATERAL (SELECT read_mercator(a.geometry) AS mercator) p
"""
_WORK = "WHERE a.withdrawn IS NULL AND a.id IN (SELECT activity_id FROM read_work)"
_ALL = "WHERE a.withdrawn IS NULL"
_RECORDS = "portal_activity a"
# Only ids are sorted: with the texts beside them they would be gigabytes.
_ALONG = (
    "(SELECT activity_id FROM read_item_new ORDER BY geometry OFFSET 0) o "
    "JOIN portal_activity a ON a.id = o.activity_id"
)
# Geometries sort along Hilbert's curve: what is near on the map is near on the disk.
_HILBERT = "ORDER BY a.geometry"

_USED = "(SELECT DISTINCT area_id FROM {items} WHERE area_id IS NOT NULL)"
_AREAS = "INSERT INTO {area} SELECT id, ST_AsGeoJSON(shape, 7) FROM geo_area WHERE id IN "
_PIECES = "INSERT INTO {piece} (area_id, piece) SELECT id, ST_Subdivide(shape, 64) FROM geo_area WHERE id IN "

COLLECT = (
    "CREATE TEMP TABLE read_work (activity_id bigint PRIMARY KEY) ON COMMIT DROP",
    "WITH stale AS (DELETE FROM read_stale RETURNING activity_id) "
    "INSERT INTO read_work SELECT DISTINCT activity_id FROM stale",
    # Whoever is, or was, one thing with a changed record tells of it.
    "INSERT INTO read_work SELECT fellow.activity_id FROM portal_membership mine JOIN read_work USING (activity_id) "
    "JOIN portal_membership fellow USING (cluster_id) ON CONFLICT DO NOTHING",
    "INSERT INTO read_work SELECT fellow.activity_id FROM read_item mine JOIN read_work USING (activity_id) "
    "JOIN read_item fellow USING (cluster) ON CONFLICT DO NOTHING",
)

_TOUCHED = "(SELECT i.area_id FROM read_item i JOIN read_work USING (activity_id) WHERE i.area_id IS NOT NULL)"
RENEW = (
    "CREATE TEMP TABLE read_area_work ON COMMIT DROP AS SELECT DISTINCT i.area_id FROM read_item i "
    "JOIN read_work USING (activity_id) WHERE i.area_id IS NOT NULL",
    "DELETE FROM read_item USING read_work WHERE read_item.activity_id = read_work.activity_id",
    "DELETE FROM read_feature USING read_work WHERE read_feature.activity_id = read_work.activity_id",
    "DELETE FROM read_line USING read_work WHERE read_line.activity_id = read_work.activity_id",
    f"INSERT INTO read_item ({_FIELDS}) {ITEMS} {_WORK} {_HILBERT}",
    f"INSERT INTO read_feature {FEATURES.format(records=_RECORDS)} {_WORK}",
    f"INSERT INTO read_line {LINES.format(records=_RECORDS)} {_WORK}",
    f"INSERT INTO read_area_work {_TOUCHED}",
    "DELETE FROM read_area WHERE area_id IN (SELECT area_id FROM read_area_work)",
    "DELETE FROM read_piece WHERE area_id IN (SELECT area_id FROM read_area_work)",
    "DELETE FROM read_area_work w WHERE NOT EXISTS (SELECT FROM read_item i WHERE i.area_id = w.area_id)",
    _AREAS.format(area="read_area") + "(SELECT area_id FROM read_area_work)",
    _PIECES.format(piece="read_piece") + "(SELECT area_id FROM read_area_work)",
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
    "ALTER TABLE read_feature_new SET (toast_tuple_target = 8160)",
    "ALTER TABLE read_line_new SET (toast_tuple_target = 8160)",
)
FILL = (
    f"INSERT INTO read_item_new ({_FIELDS}) {ITEMS} {_ALL} {_HILBERT}",
    # Item by item, so that texts are written in the order of the ids.
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    f"INSERT INTO read_feature_new {FEATURES.format(records=_ALONG)}",
    f"INSERT INTO read_line_new {LINES.format(records=_ALONG)}",
    "SET LOCAL enable_hashjoin = on",
    "SET LOCAL enable_mergejoin = on",
    _AREAS.format(area="read_area_new") + _USED.format(items="read_item_new"),
    _PIECES.format(piece="read_piece_new") + _USED.format(items="read_item_new"),
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
