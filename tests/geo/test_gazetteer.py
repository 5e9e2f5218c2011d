import pytest
from django.db import connection
from django.db.models import Q

from geo import gazetteer
from geo.models import Area, AreaName

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled")]


def checksum() -> tuple[str, ...]:
    """Of all rows of both tables; row numbers do not count."""
    with connection.cursor() as cursor:
        row = "concat_ws('|', code, level, name, names, population, radius_m, source, md5(ST_AsBinary(shape)))"
        cursor.execute(f"SELECT md5(string_agg({row}, '' ORDER BY code)) FROM geo_area")
        areas = cursor.fetchone()[0]
        cursor.execute("SELECT count(*)::text FROM geo_areaname")
        return (areas, cursor.fetchone()[0])


def test_coverage_is_what_the_readme_says() -> None:
    rows = {row.country: row for row in gazetteer.coverage()}
    assert (rows["FR"].communes, rows["BE"].communes) == (34_907, 565)
    assert rows["FR"].outlined > 34_860
    assert (rows["FR"].districts, rows["PL"].districts, rows["CA"].districts) == (46, 18, 20)
    assert all(rows[country].communes > 200 for country in ("LU", "CH", "PL", "CA", "US"))


def test_every_area_is_drawn_below_a_parent_and_can_be_found() -> None:
    assert not Area.objects.filter(Q(shape__isvalid=False) | Q(radius_m__lt=100)).exists()
    assert not Area.objects.filter(country__in=("FR", "BE", "PL"), parent=None).exclude(level="country").exists()
    cities = Area.objects.filter(keys=None)
    assert set(cities.values_list("code", flat=True)) == {"es-ce", "es-ml", "fr-75", "it-ts", "us-dc"}
    assert all(city.parts.filter(name=city.name).exists() for city in cities)


def test_outlines_are_around_their_centres() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM geo_area WHERE outline IS NOT NULL AND NOT ST_DWithin(shape, centre, 0.3)")
        assert cursor.fetchone()[0] == 0


def test_loading_again_changes_nothing() -> None:
    before = checksum()
    assert gazetteer.load() == Area.objects.count()
    assert gazetteer.load(countries=["LU", "MC"]) == 250
    assert checksum() == before


def test_loading_brings_back_what_was_changed_and_keeps_what_a_file_gave() -> None:
    Area.objects.filter(code="lu").update(name="Ailleurs", population=1)
    Area.objects.filter(code="mc").update(name="Le Rocher", source="Ville de Monaco")
    AreaName.objects.filter(area__code="lu").delete()
    gazetteer.load(countries=["LU", "MC"])
    assert sorted(Area.objects.filter(code__in=("lu", "mc")).values_list("name", flat=True)) == [
        "Le Rocher",
        "Luxembourg",
    ]
    assert AreaName.objects.filter(area__code="lu", key="luxembourg").exists()
