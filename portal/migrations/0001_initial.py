import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


# A text search configuration a language: accents removed, then the language's stemmer.
CONFIGURATIONS = {"fr": "french", "nl": "dutch", "en": "english"}
CREATE = """
CREATE TEXT SEARCH CONFIGURATION parages_{lang} (COPY = {language});
ALTER TEXT SEARCH CONFIGURATION parages_{lang}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {language}_stem;
"""
CONFIGURE = [
    migrations.RunSQL(
        CREATE.format(lang=lang, language=language),
        reverse_sql=f"DROP TEXT SEARCH CONFIGURATION parages_{lang}",
    )
    for lang, language in CONFIGURATIONS.items()
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("geo", "0001_initial"),
    ]

    operations = [
        *CONFIGURE,
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("complete", "Complete"),
                            ("partial", "Partial"),
                            ("failed", "Failed"),
                        ],
                        default="running",
                        max_length=10,
                    ),
                ),
                ("started", models.DateTimeField()),
                ("finished", models.DateTimeField(null=True)),
                (
                    "announced",
                    models.PositiveIntegerField(help_text="How many records the portal says it has.", null=True),
                ),
                ("read", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("filtered", models.PositiveIntegerField(default=0)),
                (
                    "unseen",
                    models.PositiveIntegerField(default=0, help_text="Records we hold that this run did not list."),
                ),
                ("error", models.TextField(blank=True, help_text="Why it is not complete, in words.")),
                (
                    "notes",
                    models.JSONField(default=list, help_text="What was noticed and did not stop the run, in words."),
                ),
            ],
            options={
                "ordering": ["-started", "-id"],
                "get_latest_by": ["started", "id"],
            },
        ),
        migrations.CreateModel(
            name="Rejection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "position",
                    models.PositiveIntegerField(help_text="Place of the record in the source's answer, from 1."),
                ),
                ("record_id", models.CharField(blank=True, max_length=300)),
                ("code", models.SlugField(max_length=40)),
                ("reason", models.TextField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejections", to="portal.run"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("uid", models.CharField(max_length=500, unique=True)),
                ("title", models.CharField(max_length=300)),
                ("protocol", models.CharField(max_length=30)),
                ("address", models.CharField(help_text="What the protocol fetches.", max_length=1000)),
                (
                    "options",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What the protocol needs beside the address.",
                    ),
                ),
                ("page", models.URLField(blank=True, help_text="The dataset's page, for people.", max_length=1000)),
                ("publisher", models.CharField(max_length=300)),
                ("publisher_url", models.URLField(blank=True, max_length=1000)),
                ("licence", models.CharField(help_text="As the publisher states it.", max_length=200)),
                ("licence_url", models.URLField(blank=True, max_length=1000)),
                (
                    "kind",
                    models.CharField(
                        choices=[("initiative", "Initiative"), ("project", "Projet"), ("mission", "Mission")],
                        max_length=10,
                    ),
                ),
                ("lang", models.CharField(default="fr", help_text="Language of the records.", max_length=5)),
                ("timezone", models.CharField(default="Europe/Paris", max_length=60)),
                (
                    "territory",
                    django.contrib.postgres.fields.ArrayField(
                        blank=True,
                        base_field=models.CharField(max_length=40),
                        default=list,
                        help_text="Codes of the Areas covered.",
                        size=None,
                    ),
                ),
                ("mapping", models.JSONField(default=dict)),
                ("filter", models.JSONField(blank=True, default=dict)),
                ("rhythm", models.CharField(default="daily", max_length=20)),
                (
                    "tried",
                    models.BooleanField(
                        default=True, help_text="Whether it was ever harvested for real by its author."
                    ),
                ),
                ("demo", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "validators",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="ETag and Last-Modified of the last fetch.",
                    ),
                ),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("updated", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ["slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("uid", ""), _negated=True), models.Q(("slug", ""), _negated=True)),
                        name="source_has_identity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("licence", ""), _negated=True), name="source_has_licence"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("publisher", ""), _negated=True), name="source_has_publisher"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="run",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="runs", to="portal.source"
            ),
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(editable=False, unique=True)),
                ("source_record_id", models.CharField(max_length=300)),
                (
                    "source_url",
                    models.URLField(help_text="The record at its source, else the dataset's page.", max_length=2000),
                ),
                ("licence", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("initiative", "Initiative"), ("project", "Projet"), ("mission", "Mission")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("summary", models.CharField(blank=True, max_length=400)),
                ("description", models.TextField(blank=True, help_text="Plain text; blank lines separate paragraphs.")),
                ("lang", models.CharField(max_length=5)),
                (
                    "themes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "themes_source",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), default=list, size=None
                    ),
                ),
                ("organisation", models.CharField(blank=True, max_length=300)),
                ("organisation_id", models.CharField(blank=True, max_length=80)),
                ("image", models.URLField(blank=True, max_length=2000)),
                ("website", models.URLField(blank=True, max_length=2000)),
                ("join_url", models.URLField(blank=True, help_text="Where one signs up.", max_length=2000)),
                (
                    "geometry",
                    django.contrib.gis.db.models.fields.GeometryField(
                        blank=True, null=True, spatial_index=False, srid=4326
                    ),
                ),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("exact", "adresse exacte"),
                            ("street", "rue"),
                            ("place", "lieu"),
                            ("district", "quartier"),
                            ("commune", "commune"),
                            ("citywide", "toute la ville"),
                            ("remote", "à distance"),
                            ("unknown", "lieu inconnu"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=500)),
                ("postal_code", models.CharField(blank=True, max_length=20)),
                ("starts", models.DateTimeField(blank=True, null=True)),
                ("ends", models.DateTimeField(blank=True, help_text="Null with `starts` set: goes on.", null=True)),
                ("deadline", models.DateTimeField(blank=True, null=True)),
                ("opening_hours", models.CharField(blank=True, help_text="OpenStreetMap syntax.", max_length=500)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "déposé"),
                            ("merged", "regroupé"),
                            ("eligible", "recevable"),
                            ("rejected", "non recevable"),
                            ("on_ballot", "soumis au vote"),
                            ("not_selected", "non retenu"),
                            ("selected", "lauréat"),
                            ("not_started", "pas encore commencé"),
                            ("studies", "à l’étude"),
                            ("procurement", "marchés en cours"),
                            ("works", "en travaux"),
                            ("delivered", "livré"),
                            ("closed", "clos"),
                            ("abandoned", "abandonné"),
                            ("open", "ouvert"),
                            ("full", "complet"),
                            ("past", "terminé"),
                            ("active", "actif"),
                            ("unknown", "état inconnu"),
                        ],
                        default="unknown",
                        max_length=15,
                    ),
                ),
                ("status_source", models.CharField(blank=True, max_length=100)),
                ("edition", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("budget", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("votes", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "stages",
                    models.JSONField(default=list, help_text='[{"stage": status, "date": "YYYY[-MM[-DD]]"}] in order.'),
                ),
                (
                    "parent_record_id",
                    models.CharField(blank=True, help_text="The idea or project this belongs to.", max_length=300),
                ),
                ("places", models.PositiveIntegerField(blank=True, help_text="Null: not known.", null=True)),
                (
                    "rhythm",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ponctuelle_journee", "une journée"),
                            ("quelques_heures_semaine", "quelques heures par semaine"),
                            ("plusieurs_jours_semaine", "plusieurs jours par semaine"),
                            ("quelques_jours_annee", "quelques jours par an"),
                            ("temps_plein_plusieurs_mois", "à temps plein pendant plusieurs mois"),
                        ],
                        max_length=30,
                    ),
                ),
                ("schedule", models.CharField(blank=True, help_text="The source's own words on when.", max_length=200)),
                (
                    "remote",
                    models.CharField(
                        choices=[
                            ("no", "sur place"),
                            ("possible", "à distance possible"),
                            ("full", "à distance"),
                            ("local", "dans une zone"),
                        ],
                        default="no",
                        max_length=10,
                    ),
                ),
                ("open_to_minors", models.BooleanField(blank=True, null=True)),
                ("reduced_mobility", models.BooleanField(blank=True, null=True)),
                (
                    "skills",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200), default=list, size=None
                    ),
                ),
                ("data_date", models.DateField(blank=True, help_text="The datum's own date.", null=True)),
                (
                    "source_modified",
                    models.DateTimeField(blank=True, help_text="The source's «modified» stamp.", null=True),
                ),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("changed", models.DateTimeField(help_text="When what we publish last changed.")),
                ("withdrawn", models.DateTimeField(blank=True, null=True)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                lang="nl",
                                then=django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.CombinedSearchVector(
                                        django.contrib.postgres.search.SearchVector(
                                            "title", config="parages_nl", weight="A"
                                        ),
                                        "||",
                                        django.contrib.postgres.search.SearchVector(
                                            "organisation", config="parages_nl", weight="B"
                                        ),
                                        django.contrib.postgres.search.SearchConfig("parages_nl"),
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        django.db.models.functions.text.Concat(
                                            "address",
                                            models.Value(" "),
                                            "summary",
                                            models.Value(" "),
                                            "description",
                                            output_field=models.CharField(),
                                        ),
                                        config="parages_nl",
                                        weight="C",
                                    ),
                                    django.contrib.postgres.search.SearchConfig("parages_nl"),
                                ),
                            ),
                            models.When(
                                lang="en",
                                then=django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.CombinedSearchVector(
                                        django.contrib.postgres.search.SearchVector(
                                            "title", config="parages_en", weight="A"
                                        ),
                                        "||",
                                        django.contrib.postgres.search.SearchVector(
                                            "organisation", config="parages_en", weight="B"
                                        ),
                                        django.contrib.postgres.search.SearchConfig("parages_en"),
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        django.db.models.functions.text.Concat(
                                            "address",
                                            models.Value(" "),
                                            "summary",
                                            models.Value(" "),
                                            "description",
                                            output_field=models.CharField(),
                                        ),
                                        config="parages_en",
                                        weight="C",
                                    ),
                                    django.contrib.postgres.search.SearchConfig("parages_en"),
                                ),
                            ),
                            default=django.contrib.postgres.search.CombinedSearchVector(
                                django.contrib.postgres.search.CombinedSearchVector(
                                    django.contrib.postgres.search.SearchVector(
                                        "title", config="parages_fr", weight="A"
                                    ),
                                    "||",
                                    django.contrib.postgres.search.SearchVector(
                                        "organisation", config="parages_fr", weight="B"
                                    ),
                                    django.contrib.postgres.search.SearchConfig("parages_fr"),
                                ),
                                "||",
                                django.contrib.postgres.search.SearchVector(
                                    django.db.models.functions.text.Concat(
                                        "address",
                                        models.Value(" "),
                                        "summary",
                                        models.Value(" "),
                                        "description",
                                        output_field=models.CharField(),
                                    ),
                                    config="parages_fr",
                                    weight="C",
                                ),
                                django.contrib.postgres.search.SearchConfig("parages_fr"),
                            ),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geo.area",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="activities", to="portal.source"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "activities",
                "ordering": ["public_id"],
            },
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "read",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("created"), "+", models.F("updated")
                                    ),
                                    "+",
                                    models.F("unchanged"),
                                ),
                                "+",
                                models.F("rejected"),
                            ),
                            "+",
                            models.F("filtered"),
                        ),
                    )
                ),
                name="run_counts_add_up",
            ),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=django.contrib.postgres.indexes.GistIndex(fields=["geometry"], name="activity_geometry"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=django.contrib.postgres.indexes.GinIndex(fields=["themes"], name="activity_themes"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="activity_search"),
        ),
        migrations.AddIndex(
            model_name="activity",
            index=models.Index(fields=["kind", "public_id"], name="activity_kind"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.UniqueConstraint(fields=("source", "source_record_id"), name="activity_once_per_source"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("source_record_id", ""), _negated=True), name="activity_has_record_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("licence", ""), _negated=True), models.Q(("source_url", ""), _negated=True)
                ),
                name="activity_has_licence_and_url",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="activity_has_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("geometry__isnull", True),
                    models.Q(
                        django.db.models.lookups.GreaterThanOrEqual(
                            models.Func(models.F("geometry"), function="ST_XMin", output_field=models.FloatField()),
                            -180.0,
                        ),
                        django.db.models.lookups.LessThanOrEqual(
                            models.Func(models.F("geometry"), function="ST_XMax", output_field=models.FloatField()),
                            180.0,
                        ),
                        django.db.models.lookups.GreaterThanOrEqual(
                            models.Func(models.F("geometry"), function="ST_YMin", output_field=models.FloatField()),
                            -90.0,
                        ),
                        django.db.models.lookups.LessThanOrEqual(
                            models.Func(models.F("geometry"), function="ST_YMax", output_field=models.FloatField()),
                            90.0,
                        ),
                    ),
                    _connector="OR",
                ),
                name="activity_on_earth",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("geometry__isnull", False), ("precision__in", ("exact", "street", "place"))),
                    models.Q(
                        ("area__isnull", False),
                        ("geometry__isnull", True),
                        ("precision__in", ("district", "commune", "citywide")),
                    ),
                    models.Q(("geometry__isnull", True), ("precision__in", ("remote", "unknown"))),
                    _connector="OR",
                ),
                name="activity_place_fits_precision",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("budget__isnull", True),
                    models.Q(("budget__gte", 0), models.Q(("currency", ""), _negated=True)),
                    _connector="OR",
                ),
                name="activity_money_has_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts__isnull", True), ("ends__isnull", True), ("ends__gte", models.F("starts")), _connector="OR"
                ),
                name="activity_ends_after_start",
            ),
        ),
    ]
