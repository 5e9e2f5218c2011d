"""The statements of a Stage, made of the columns of ActivityContent.

stage_listed: every record that the run listed. stage_activity: the new versions that differ from what is stored.
Each is a temporary table of the run's connection.
"""

from portal.staged_rows import COLUMNS

_KEYS = ["source_record_id", "public_id", "content_hash"]
_STAGED = ", ".join([*_KEYS, *COLUMNS])
_REPLACED = ", ".join(f"{column} = EXCLUDED.{column}" for column in ["content_hash", *COLUMNS, "changed"])
_TEXTS = "({0}.title, {0}.organisation, {0}.address, {0}.summary, {0}.description, {0}.lang)"
_SAME = "stored.source_id = %(source)s AND stored.source_record_id = staged.source_record_id"

DROP = "DROP TABLE IF EXISTS stage_listed, stage_activity"
CREATE_LISTED = "CREATE TEMP TABLE stage_listed (record_id text PRIMARY KEY, point text, address text)"
CREATE_STAGED = f"CREATE TEMP TABLE stage_activity AS SELECT {_STAGED} FROM portal_activity LIMIT 0"
INDEX_STAGED = "CREATE UNIQUE INDEX ON stage_activity (source_record_id)"
COPY = f"COPY stage_activity ({_STAGED}) FROM STDIN"
LIST = "INSERT INTO stage_listed SELECT unnest(%(ids)s::text[]), '', '' ON CONFLICT DO NOTHING"

# Gives two lists: the records that are met for the first time in this run, unless all are; those of them that differ.
COMPARE = """
WITH batch AS (
    SELECT * FROM json_to_recordset(%(batch)s::json) AS given (id text, hash text, point text, address text)
), fresh AS (
    INSERT INTO stage_listed SELECT id, point, address FROM batch ON CONFLICT DO NOTHING RETURNING record_id
)
SELECT (SELECT coalesce(array_agg(record_id), '{}') FROM fresh HAVING count(*) < %(size)s), array_agg(record_id)
FROM fresh JOIN batch ON batch.id = record_id
LEFT JOIN portal_activity stored ON stored.source_id = %(source)s AND stored.source_record_id = record_id
WHERE stored.content_hash IS DISTINCT FROM batch.hash OR stored.withdrawn IS NOT NULL
"""

CROWDED = """
WITH points AS (
    SELECT point, count(*) AS many FROM stage_listed WHERE point <> '' GROUP BY point HAVING count(*) >= %(limit)s
), addresses AS (
    SELECT address, count(*) AS many FROM stage_listed WHERE address <> '' GROUP BY address
    HAVING count(*) >= %(limit)s
)
SELECT record_id, greatest(points.many, addresses.many)
FROM stage_listed LEFT JOIN points USING (point) LEFT JOIN addresses USING (address)
WHERE points.many IS NOT NULL OR addresses.many IS NOT NULL
"""

DROP_TEXTS = "DROP TABLE IF EXISTS stage_text"
CHANGED_TEXTS = f"""
CREATE TEMP TABLE stage_text ON COMMIT DROP AS
SELECT staged.source_record_id FROM stage_activity staged LEFT JOIN portal_activity stored ON {_SAME}
WHERE stored.id IS NULL OR {_TEXTS.format("staged")} IS DISTINCT FROM {_TEXTS.format("stored")}
"""

UPSERT = f"""
WITH written AS (
    INSERT INTO portal_activity (source_id, first_seen, changed, missing_runs, {_STAGED})
    SELECT %(source)s, %(now)s, %(now)s, 0, {_STAGED} FROM stage_activity
    ON CONFLICT (source_id, source_record_id) DO UPDATE SET {_REPLACED}
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""

MARK_TEXTS = f"""
INSERT INTO portal_activitytext (activity_id, vector, stale)
SELECT stored.id, '', true FROM stage_text staged JOIN portal_activity stored ON {_SAME}
ON CONFLICT (activity_id) DO UPDATE SET stale = true
"""
