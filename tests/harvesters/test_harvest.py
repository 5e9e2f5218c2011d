"""Whole runs over real HTTP: what is stored, what is told, and that no bad answer costs what was there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.gis.geos import Point

from harvesters.http import Client
from harvesters.runs.harvest import harvest
from portal.models import Activity, Run
from portal.vocabularies import Precision
from tests.factories import MONS, SEEN, make_area, make_source
from tests.harvesters.city import MAPPING, City, counts, open_city, row, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    make_area(code="be-53053", name="Mons")
    with open_city(tmp_path, territory=["be-53053"]) as opened:
        yield opened


def test_twice_changes_nothing(city: City) -> None:
    city.publish_rows(row(1), row(2))
    assert counts(city.harvest()) == (2, 2, 0, 0, 0, 0)
    city.source.validators = {}
    assert counts(city.harvest()) == (2, 0, 0, 2, 0, 0)


def test_a_portal_that_says_nothing_changed_is_believed(city: City) -> None:
    city.publish_rows(row(1), row(2), {"titre": "sans numéro"})
    first = city.harvest()
    second = city.harvest()
    assert (second.status, counts(second)) == ("complete", (3, 0, 0, 2, 1, 0))
    assert "nothing changed" in told(second)
    assert [r.reason for r in second.rejections.all()] == [r.reason for r in first.rejections.all()]
    assert {activity.last_seen for activity in Activity.objects.all()} == {second.started}


def test_rejections_name_the_record_and_the_reason(city: City) -> None:
    city.publish_rows(row(1), {"titre": "Sans numéro"}, {"numero": 3, "titre": " "}, row(1))
    run = city.harvest()
    assert (run.status, counts(run)) == ("complete", (4, 1, 0, 0, 3, 0))
    assert list(run.rejections.values_list("position", "record_id", "code")) == [
        (2, "", "no-id"),
        (3, "3", "no-title"),
        (4, "1", "duplicate-id"),
    ]


def test_what_the_filter_leaves_out_is_counted(city: City) -> None:
    city.source.filter = {"drop": [{"column": "titre", "matches": "Fiche 2"}]}
    city.publish_rows(row(1), row(2))
    assert counts(city.harvest()) == (2, 1, 0, 0, 0, 1)


def test_a_vanished_record_stays_and_is_counted(city: City) -> None:
    stays, goes = row(1), row(2)
    city.publish_rows(stays, goes)
    first = city.harvest()
    city.publish_rows(stays)
    run = city.harvest()
    assert (run.missing, counts(run)) == (1, (1, 0, 0, 1, 0, 0))
    assert Activity.objects.get(source_record_id="2").last_seen == first.started


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("<!doctype html><title>Maintenance</title>", "page"),
        ("", "nothing at all"),
        ("[]", "without a single record"),
        ("{", "JSON"),
        (b"\xff\xfe\x00\x00\x01", ""),
    ],
)
def test_a_bad_answer_is_told_and_costs_nothing(city: City, content: str | bytes, words: str) -> None:
    city.publish_rows(row(1), row(2))
    city.harvest()
    stored = list(Activity.objects.values_list("title", "missing_since", "content_hash"))
    city.publish(content)
    run = city.harvest()
    assert run.status in ("failed", "partial")
    assert words in told(run)
    assert list(Activity.objects.values_list("title", "missing_since", "content_hash")) == stored


def test_half_a_file_gives_what_came_and_concludes_nothing(city: City) -> None:
    city.publish_rows(row(1), row(2), row(3))
    city.harvest()
    city.publish(json.dumps([row(1), row(2), row(3)])[:-40])
    run = city.harvest()
    assert run.status in ("partial", "failed")
    assert run.error
    assert Activity.objects.published().count() == 3


def test_an_unreachable_portal_is_told(city: City) -> None:
    city.source.address = "http://127.0.0.1:9/data.json"
    with Client.from_settings(also_allow=["127.0.0.1:9"]) as client:
        run = harvest(city.source, client)
    assert (run.status, counts(run)) == ("failed", (0, 0, 0, 0, 0, 0))
    assert "127.0.0.1" in run.error


def test_missing_columns_are_named(city: City) -> None:
    city.publish_rows({"numero": 1, "titre": "Sans lieu"})
    assert "«lat» is always blank: no record has a column «lat»" in told(city.harvest())


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"lat": 3.95, "lon": 50.45}, "swapped"),
        ({"lat": 652469, "lon": 6862035}, "projected"),
        ({"lat": 0, "lon": 0}, "Gulf of Guinea"),
        ({"lat": "50,45", "lon": None}, "missing"),
        ({"lat": "nord", "lon": "est"}, "not a number"),
        ({"lat": "NaN", "lon": "Infinity"}, ""),
    ],
)
def test_a_place_that_cannot_be_is_told_and_makes_no_pin(city: City, place: dict[str, Any], words: str) -> None:
    city.publish_rows(row(1, **place))
    run = city.harvest()
    assert words in told(run)
    assert Activity.objects.get().geometry is None


def test_stated_projections_are_turned_into_degrees(city: City) -> None:
    city.source.mapping = MAPPING | {"crs": {"value": 31370}}
    city.publish_rows(row(1, lon="120 000,5", lat="127000"))
    city.harvest()
    place = Activity.objects.get().geometry
    assert place is not None
    assert (round(place.x, 2), round(place.y, 2)) == (3.95, 50.45)


def test_a_point_that_many_share_is_no_pin(city: City) -> None:
    city.publish_rows(*(row(n, lat=50.46, lon=3.96, commune="Mons") for n in range(10)), row(99))
    run = city.harvest()
    assert Activity.objects.filter(precision=Precision.COMMUNE, geometry__isnull=True).count() == 10
    assert "10 records share one point" in told(run)


def test_half_a_list_does_not_give_the_pin_back(city: City) -> None:
    rows = [row(n, lat=50.46, lon=3.96, commune="Mons") for n in range(12)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish(json.dumps(rows)[: json.dumps(rows).index('"numero": 9')])
    assert city.harvest().status == "partial"
    assert not Activity.objects.located().exists()


def test_a_corrected_licence_is_taken_over_although_the_portal_says_nothing_changed(city: City) -> None:
    city.publish_rows(row(1))
    city.harvest()
    city.source.licence = "CC0"
    assert city.harvest().updated == 1
    assert Activity.objects.get().licence == "CC0"


def test_what_nobody_foresaw_fails_the_run_and_not_the_command(city: City) -> None:
    city.publish_rows(row(1))
    city.harvest()
    city.source.timezone = "Nowhere/At_All"
    run = city.harvest()
    assert (run.status, Activity.objects.count()) == ("failed", 1)
    assert run.error


def test_a_killed_run_is_closed_by_the_next_one(city: City) -> None:
    killed = Run.objects.create(source=city.source, started=SEEN)
    city.publish_rows(row(1))
    city.harvest()
    killed.refresh_from_db()
    assert (killed.status, killed.error) == ("failed", "it was ended from outside; nothing was changed")


@pytest.mark.parametrize("bad", [["k"], {"@value": "x"}, True, "x" * 301, " "])
def test_an_id_is_a_text_or_a_number_as_it_came(city: City, bad: Any) -> None:
    city.publish_rows(row("  <b>1</b> "), {"numero": bad, "titre": "Sans numéro"})
    run = city.harvest()
    assert (run.created, run.rejected) == (1, 1)
    assert Activity.objects.get().source_record_id == "<b>1</b>"


def test_an_amount_without_currency_costs_the_amount_alone(city: City) -> None:
    city.source.mapping = MAPPING | {"budget": "montant", "currency": "devise"}
    city.publish_rows(row(1, montant=5, devise=""), row(2, montant=5, devise="eur"))
    run = city.harvest()
    assert run.created == 2
    assert sorted(Activity.objects.values_list("source_record_id", "currency")) == [("1", ""), ("2", "EUR")]


def test_a_stated_unknown_place_is_believed(city: City) -> None:
    city.source.mapping = MAPPING | {"precision": {"value": "unknown"}}
    city.publish_rows(row(1))
    city.harvest()
    assert Activity.objects.get().precision == "unknown"


@pytest.mark.parametrize(
    ("address", "precision"),
    [
        ("12 rue de Nimy", "exact"),
        ("Rue de Nimy", "street"),
        ("7000 Mons", "place"),
        ("", "place"),
        ("Place du 11 novembre", "street"),
    ],
)
def test_the_address_tells_how_exact_the_point_is(city: City, address: str, precision: str) -> None:
    city.publish_rows(row(1, adresse=address))
    city.harvest()
    assert Activity.objects.get().precision == precision


def test_a_town_without_a_point_is_the_town(city: City) -> None:
    city.publish_rows({"numero": 1, "titre": "Quelque part à Mons", "commune": "MONS"})
    city.harvest()
    activity = Activity.objects.get()
    assert (activity.precision, activity.area and activity.area.code) == (Precision.COMMUNE, "be-53053")


def test_a_line_around_half_the_world_is_no_place(city: City) -> None:
    line = {"type": "LineString", "coordinates": [[-90, 0], [90, 0]]}
    feature = {"type": "Feature", "properties": {"numero": "1", "titre": "x"}, "geometry": line}
    city.source.mapping = {"id": "numero", "title": "titre"}
    city.publish(json.dumps({"type": "FeatureCollection", "features": [feature]}), "data.geojson")
    run = city.harvest()
    assert "quarter of the world" in told(run)
    assert Activity.objects.get().geometry is None


@pytest.mark.parametrize("page", [{"errors": [{"code": 500}]}, [1, 2, 3], [{"ident": 1, "name": "renamed"}]])
def test_when_nothing_could_be_taken_the_run_is_not_complete(city: City, page: Any) -> None:
    city.publish(json.dumps(page))
    run = city.harvest()
    assert (run.status, run.created, city.source.validators) == ("partial", 0, {})
    assert "could be taken" in told(run)


def test_a_bad_date_costs_the_date_alone(city: City) -> None:
    city.publish_rows(row(1, debut="bientôt"), row(2, debut="2026-05-02", fin="2026-05-01"))
    run = city.harvest()
    assert counts(run) == (2, 2, 0, 0, 0, 0)
    assert "the date «bientôt» is in no form that we know" in told(run)
    assert "the end is before the start" in told(run)


def test_wrong_encoding_is_found_out(city: City) -> None:
    city.publish("numero;titre;lat;lon\n1;Fête de l’été;50,45;3,95\n".encode("cp1252"), "data.csv")
    run = city.harvest()
    activity = Activity.objects.get()
    assert (activity.title, activity.geometry) == ("Fête de l’été", Point(3.95, 50.45, srid=4326))
    assert "it was read as windows-1252" in told(run)


def test_hostile_words_come_out_inert(city: City) -> None:
    city.publish_rows(row(1, titre="<img src=x onerror=alert(1)>Fête<script>alert(2)</script>\u202e"))
    city.harvest()
    assert Activity.objects.get().title == "Fête"


def test_one_broken_source_leaves_the_others_alone(city: City) -> None:
    city.publish_rows(row(1, lat=MONS.y, lon=MONS.x))
    broken = make_source(address=f"{city.base_url}/nothing.json")
    with Client.from_settings(also_allow=[urlsplit(city.base_url).netloc]) as client:
        runs = [harvest(source, client) for source in (broken, city.source)]
    assert [run.status for run in runs] == ["failed", "complete"]


def test_progress_is_told_record_by_record(city: City) -> None:
    city.publish_rows(row(1), row(2))
    seen: list[int] = []
    with Client.from_settings(also_allow=[urlsplit(city.base_url).netloc]) as client:
        harvest(city.source, client, lambda read, _announced: seen.append(read))
    assert seen == [1, 2]
