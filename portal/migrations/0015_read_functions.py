"""What the read tables need of the database itself: functions that spell texts, triggers that notice changes."""

from django.conf import settings
from django.db import migrations

FUNCTIONS = f"""
-- A moment as the API writes it: ISO 8601 with the offset of the site's time zone.
CREATE FUNCTION read_stamp(moment timestamptz) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE SET timezone = '{settings.TIME_ZONE}'
AS $$ SELECT to_json(moment) #>> '{{}}' $$;

-- The title for the address bar: what django.utils.text.slugify makes of it, 70 letters at most.
CREATE FUNCTION read_slug(title text, otherwise text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(nullif(trim(BOTH '-' FROM left(trim(BOTH '-_' FROM regexp_replace(
    trim(BOTH E' \\t\\n\\r\\f\\x0b' FROM regexp_replace(
        lower(regexp_replace(normalize(title, NFKD), '[^\\x01-\\x7f]', '', 'g')), '[^a-z0-9_\\s-]', '', 'g')),
    '[-\\s]+', '-', 'g')), 70)), ''), otherwise)
$$;

-- A cell of CSV (RFC 4180) that no spreadsheet runs as a formula (OWASP, «CSV injection»): an apostrophe makes it text.
CREATE FUNCTION read_cell_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN value IS NULL THEN ''
    WHEN value ~ '[",\\n\\r]' THEN '"' || CASE WHEN value ~ '^[-=+@\\t\\r]' THEN '''' ELSE '' END
        || replace(value, '"', '""') || '"'
    WHEN value ~ '^[-=+@\\t]' THEN '''' || value
    ELSE value END
$$;

-- Places in EPSG:3857 for the index. At the poles that has no end: what reaches there is its box up to 89.9 degrees.
CREATE FUNCTION read_mercator(place geometry) RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT CASE WHEN ST_YMin(place) >= -89.9 AND ST_YMax(place) <= 89.9 THEN ST_Transform(place, 3857)
    WHEN GeometryType(place) = 'POINT' THEN
        ST_Transform(ST_SetSRID(ST_MakePoint(ST_X(place), greatest(least(ST_Y(place), 89.9), -89.9)), 4326), 3857)
    ELSE ST_Transform(ST_MakeEnvelope(ST_XMin(place), greatest(least(ST_YMin(place), 89.9), -89.9),
        ST_XMax(place), greatest(least(ST_YMax(place), 89.9), -89.9), 4326), 3857) END
$$;

-- The one point that stands for a place.
CREATE FUNCTION read_point(place geometry) RETURNS geometry LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT CASE WHEN GeometryType(place) = 'POINT' THEN place ELSE ST_PointOnSurface(place) END
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION read_stamp(timestamptz);
DROP FUNCTION read_slug(text, text);
DROP FUNCTION read_cell_text(text);
DROP FUNCTION read_mercator(geometry);
DROP FUNCTION read_point(geometry);
"""

# Statement by statement, with what changed as a table: a million rows cost a second, and nobody can forget to tell.
NOTICE = """
CREATE FUNCTION read_notice_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO read_stale (activity_id) SELECT %%I FROM changed', TG_ARGV[0]);
    RETURN NULL;
END $$;

CREATE FUNCTION read_notice_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.confirmed IS DISTINCT FROM NEW.confirmed THEN
        INSERT INTO read_source (source_id, confirmed, stamp) VALUES (NEW.id, NEW.confirmed, read_stamp(NEW.confirmed))
        ON CONFLICT (source_id) DO UPDATE SET confirmed = excluded.confirmed, stamp = excluded.stamp;
        -- As whoever keeps the tables does: first the lock, then the row, or two runs would wait for each other.
        PERFORM pg_advisory_xact_lock(hashtextextended('portal.read', 0));
        UPDATE read_state SET version = version + 1, changed = clock_timestamp();
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.slug, OLD.title, OLD.publisher, OLD.licence_url)
            IS DISTINCT FROM (NEW.slug, NEW.title, NEW.publisher, NEW.licence_url) THEN
        INSERT INTO read_stale (activity_id) SELECT id FROM portal_activity WHERE source_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION read_notice_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO read_stale (activity_id)
    SELECT item.activity_id FROM read_item item JOIN was ON was.id = item.area_id JOIN now ON now.id = item.area_id
    WHERE (was.code, was.name, was.level) IS DISTINCT FROM (now.code, now.name, now.level) OR NOT was.shape ~= now.shape OR NOT ST_OrderingEquals(was.shape, now.shape);
    RETURN NULL;
END $$;
"""
DROP_NOTICE = """
DROP FUNCTION read_notice_new();
DROP FUNCTION read_notice_source();
DROP FUNCTION read_notice_area();
"""
WATCHED = {"portal_activity": "id", "portal_membership": "activity_id"}


def _triggers(table: str, column: str) -> list[str]:
    made = []
    for event, rows in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        made.append(
            f"CREATE TRIGGER read_{event} AFTER {event.upper()} ON {table} REFERENCING {rows} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION read_notice_new('{column}')"
        )
    return made


def _dropped(table: str) -> list[str]:
    return [f"DROP TRIGGER read_{event} ON {table}" for event in ("insert", "update", "delete")]


BEGIN = """
ALTER TABLE read_item SET (fillfactor = 90);
ALTER TABLE read_feature SET (toast_tuple_target = 8160);
ALTER TABLE read_feature ALTER properties SET STORAGE MAIN;
ALTER TABLE read_line SET (toast_tuple_target = 8160);
ALTER TABLE read_line ALTER line SET STORAGE MAIN;
CREATE INDEX read_cell_tile ON read_cell (level, (x >> 3), (y >> 3));
CREATE INDEX read_item_not_plain ON read_item USING gist (mercator) WHERE NOT plain;
INSERT INTO read_source SELECT id, confirmed, read_stamp(confirmed) FROM portal_source;
INSERT INTO read_state (id, version, changed, recipe, site) VALUES (1, 1, now(), '', '');
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0014_read_tables")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(NOTICE.replace("%%", "%"), DROP_NOTICE),
        *(
            migrations.RunSQL(_triggers(table, column), _dropped(table))
            for table, column in WATCHED.items()
        ),
        migrations.RunSQL(
            "CREATE TRIGGER read_source AFTER INSERT OR UPDATE ON portal_source "
            "FOR EACH ROW EXECUTE FUNCTION read_notice_source()",
            "DROP TRIGGER read_source ON portal_source",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER read_area AFTER UPDATE ON geo_area REFERENCING OLD TABLE AS was NEW TABLE AS now "
            "FOR EACH STATEMENT EXECUTE FUNCTION read_notice_area()",
            "DROP TRIGGER read_area ON geo_area",
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
