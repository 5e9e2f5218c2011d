import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateExtension("postgis"),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("country", "Country"),
                            ("region", "Region"),
                            ("province", "Province"),
                            ("commune", "Commune"),
                            ("district", "District"),
                            ("place", "Place"),
                        ],
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(max_length=2)),
                ("name", models.CharField(max_length=200)),
                ("names", models.JSONField(default=dict, help_text="Name by language, where it differs from `name`.")),
                ("population", models.PositiveIntegerField(null=True)),
                ("population_year", models.PositiveSmallIntegerField(null=True)),
                ("centre", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                (
                    "radius_m",
                    models.PositiveIntegerField(help_text="Radius of the circle drawn when there is no outline."),
                ),
                ("outline", django.contrib.gis.db.models.fields.MultiPolygonField(null=True, srid=4326)),
                ("shape", django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=4326)),
                ("source", models.CharField(help_text="Attribution as the licence asks for it.", max_length=200)),
                ("licence", models.CharField(max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="parts", to="geo.area"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AreaName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("name", "Name"), ("alias", "Alias"), ("postcode", "Postcode")], max_length=8
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="geo.area"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="area",
            index=django.contrib.postgres.indexes.GistIndex(fields=["shape"], name="area_shape"),
        ),
        migrations.AddIndex(
            model_name="area",
            index=models.Index(fields=["country", "level"], name="area_country_level"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="area_has_code"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("source", ""), _negated=True), models.Q(("licence", ""), _negated=True)),
                name="area_has_source_and_licence",
            ),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.CheckConstraint(condition=models.Q(("radius_m__gt", 0)), name="area_has_size"),
        ),
        migrations.AddIndex(
            model_name="areaname",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("key", name="varchar_pattern_ops"), name="areaname_prefix"
            ),
        ),
        migrations.AddConstraint(
            model_name="areaname",
            constraint=models.UniqueConstraint(fields=("area", "key", "kind"), name="areaname_once"),
        ),
    ]
