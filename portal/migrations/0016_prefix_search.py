"""Words as they are written, beside their stems: for those that are still being typed. All vectors are made anew."""

from django.db import migrations

STOPS = {"fr": "french", "nl": "dutch", "en": "english"}
DICTIONARIES = "".join(
    f"CREATE TEXT SEARCH DICTIONARY parages_stop_{lang} (TEMPLATE = simple, STOPWORDS = {name}, ACCEPT = false);"
    for lang, name in STOPS.items()
)
WITHOUT = ", ".join(f"parages_stop_{lang}" for lang in STOPS)
CONFIGURE = f"""
{DICTIONARIES}
CREATE TEXT SEARCH CONFIGURATION parages_simple (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION parages_simple
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {WITHOUT}, simple;
ALTER TEXT SEARCH CONFIGURATION parages_simple
    ALTER MAPPING FOR asciihword, hword_asciipart, asciiword WITH {WITHOUT}, simple;
"""
FORGET = "DROP TEXT SEARCH CONFIGURATION parages_simple;" + "".join(
    f"DROP TEXT SEARCH DICTIONARY parages_stop_{lang};" for lang in STOPS
)


class Migration(migrations.Migration):
    dependencies = [("portal", "0015_read_functions")]

    operations = [
        migrations.RunSQL(CONFIGURE, FORGET),
        migrations.RunSQL("UPDATE portal_activitytext SET stale = true", migrations.RunSQL.noop),
        migrations.RunSQL("INSERT INTO read_stale (activity_id) SELECT id FROM portal_activity", migrations.RunSQL.noop),
    ]
