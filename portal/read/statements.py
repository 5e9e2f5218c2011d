"""The statements that make the read tables: for the records of read_work, or for all of them in tables `…_new`."""

from collections.abc import Iterable

from portal.read import cells
from portal.read.codes import coded, masked
from portal.read.texts import BRIEFS, FEATURES, LINES, SEEN
from portal.vocabularies import AREAL, LOCATED, Kind, Precision, Remote, Status

TABLES = ("read_item", "read_feature", "read_brief", "read_line", "read_area", "read_piece", "read_cell")
COMPARED = {
    "read_item": "activity_id, public_id, kind, themes, status, precision, remote, source_id, area_id, starts, ends, "
    "changed, cluster, place, plain, stands, span, x, y, seen, missing, geometry::text, mercator::text",
    "read_feature": "activity_id, properties, geojson",
    "read_brief": "activity_id, properties, geojson",
    "read_line": "activity_id, line",
    "read_area": "area_id, geojson",
    "read_piece": "area_id, piece::text",
    "read_cell": "level, x, y, kind, thing, n, themes, statuses, sum_x, sum_y, sum_id",
}

_FIELDS = (
    "activity_id, public_id, kind, themes, status, precision, remote, source_id, area_id, starts, ends, changed, "
    "cluster, place, plain, stands, span, x, y, seen, missing, geometry, mercator"
)
_SINGLE = "m.cluster_id IS NULL AND GeometryType(a.geometry) = 'POINT' AND NOT ST_IsEmpty(a.geometry)"
_LOCATED = ", ".join(f"'{word}'" for word in LOCATED)
# Of a thing with a record that has no place of its own, or another kind, no record can stand for all.
_THING = f"""
SELECT min(m2.place) AS least, CASE WHEN bool_and(a2.precision IN ({_LOCATED})) AND count(DISTINCT a2.kind) = 1
    THEN (array_agg(a2.geometry ORDER BY m2.place))[1] END AS place
FROM portal_membership m2 JOIN portal_activity a2 ON a2.id = m2.activity_id
WHERE m2.cluster_id = m.cluster_id AND a2.withdrawn IS NULL
"""
_STAND = "CASE WHEN m.cluster_id IS NULL THEN a.geometry ELSE t.place END"
_CELLS = f"""
SELECT {cells.column("ST_X(p.stand)")} AS x, {cells.row("ST_Y(p.stand)")} AS y,
    {cells.column("ST_XMin(p.mercator)")} AS west, {cells.column("ST_XMax(p.mercator)")} AS east,
    {cells.row("ST_YMax(p.mercator)")} AS north, {cells.row("ST_YMin(p.mercator)")} AS south
"""
# Two cells have as many levels in common as their numbers have leading bits.
_APART = "(least(c.west, c.x) # greatest(c.east, c.x)) | (least(c.north, c.y) # greatest(c.south, c.y))"
_SPAN = f"""CASE WHEN p.stand IS NULL OR a.geometry IS NULL THEN -1 WHEN ({_APART}) = 0 THEN {cells.DEEPEST}
    ELSE {cells.DEEPEST - 1} - floor(ln({_APART}) / ln(2) + 1e-9)::int END"""
ITEMS = f"""
SELECT a.id, a.public_id, {coded(Kind, "a.kind")}, {masked("a.themes")}, {coded(Status, "a.status")},
    {coded(Precision, "a.precision")}, {coded(Remote, "a.remote")}, a.source_id,
    CASE WHEN a.precision IN ({", ".join(f"'{word}'" for word in AREAL)}) THEN a.area_id END,
    a.starts, a.ends, a.changed, m.cluster_id, coalesce(m.place, 0), coalesce({_SINGLE}, false),
    p.stand IS NOT NULL AND (m.cluster_id IS NULL OR m.place = t.least), {_SPAN}, c.x, c.y,
    read_stamp({SEEN}), a.missing_since IS NOT NULL, a.geometry, p.mercator
FROM portal_activity a LEFT JOIN portal_membership m ON m.activity_id = a.id
LEFT JOIN LATERAL ({_THING}) t ON m.cluster_id IS NOT NULL
CROSS JOIN LATERAL (SELECT read_mercator(a.geometry) AS mercator, read_mercator(read_point({_STAND})) AS stand) p
CROSS JOIN LATERAL ({_CELLS}) c
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
    "DELETE FROM read_brief USING read_work WHERE read_brief.activity_id = read_work.activity_id",
    "DELETE FROM read_line USING read_work WHERE read_line.activity_id = read_work.activity_id",
    f"INSERT INTO read_item ({_FIELDS}) {ITEMS} {_WORK} {_HILBERT}",
    f"INSERT INTO read_feature {FEATURES.format(records=_RECORDS)} {_WORK}",
    f"INSERT INTO read_brief {BRIEFS.format(records=_RECORDS)} {_WORK}",
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
    f"INSERT INTO read_brief_new {BRIEFS.format(records=_ALONG)}",
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
