"""An area or a source that changed is written down itself, not the records that its transaction sees: others come in
at the same time."""

from django.db import migrations, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION read_notice_source() RETURNS trigger LANGUAGE plpgsql AS $$
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
        INSERT INTO read_stale (source_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION read_notice_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO read_stale (area_id) SELECT now.id FROM was JOIN now USING (id)
    WHERE (was.code, was.name, was.level) IS DISTINCT FROM (now.code, now.name, now.level)
    OR NOT was.shape ~= now.shape OR NOT ST_OrderingEquals(was.shape, now.shape);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0018_counted_whole")]

    operations = [
        migrations.AlterField("readstale", "activity_id", models.BigIntegerField(null=True)),
        migrations.AddField("readstale", "area_id", models.BigIntegerField(null=True)),
        migrations.AddField("readstale", "source_id", models.BigIntegerField(null=True)),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
