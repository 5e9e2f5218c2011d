import csv
import re
from collections.abc import Iterator
from html import unescape
from io import StringIO

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.models import Rejection, Removal, Run
from portal.vocabularies import Precision
from tests.factories import make_activity, make_area, make_source
from tests.harvesters.watch.making import NOON, fresh_source, make_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return " ".join(unescape(response.content.decode()).replace("\xa0", " ").split())


def rejected_run() -> Run:
    """A run that refused two records without a title and one twice told."""
    codes = {"no-title": 2, "duplicate-id": 1}
    run = make_run(fresh_source(slug="mons"), read=11, rejected=3, rejected_by_code=codes)
    for position, (record_id, code) in enumerate((("=1+1", "no-title"), ("", "no-title"), ("7", "duplicate-id")), 1):
        Rejection.objects.create(run=run, position=position, record_id=record_id, code=code, reason="said")
    return run


def test_the_board_shows_first_what_wants_a_look(client: Client) -> None:
    fresh_source(title="À jour", days_ago=0.1)
    fresh_source(title="En retard", days_ago=4)
    make_run(fresh_source(title="En échec", days_ago=1), status=Run.Status.FAILED)
    make_source(title="Nouvelle")
    text = page(client, "/fr/collectes/")
    assert re.findall(r"<h2><a [^>]*>([^<]*)<", text) == ["En retard", "En échec", "À jour"]
    assert "Déclarées, jamais moissonnées" in text
    assert re.findall(r"<strong>(\d+)</strong> ([^<]*)<", text) == [
        ("1", "à reprendre"),
        ("1", "à surveiller"),
        ("1", "à jour"),
        ("1", "au repos"),
        ("0", "fiches publiées"),
    ]


def test_what_waits_for_a_person_is_told(client: Client) -> None:
    source = fresh_source(slug="mons")
    Removal.objects.create(source=source, status=Removal.Status.HELD, missing=31, published=90, opened=NOON)
    for path in ("/fr/collectes/", "/fr/collectes/mons/"):
        assert "31 fiches sur 90 ont disparu de la source" in page(client, path)


def test_a_source_tells_its_promise_its_age_and_how_well_places_are_known(client: Client) -> None:
    source = fresh_source(slug="mons", days_ago=4)
    make_activity(source=source)
    make_activity(source=source, precision=Precision.COMMUNE, area=make_area())
    text = page(client, "/fr/collectes/mons/")
    assert "Lue en entier il y a 4 jours · promise : chaque jour" in text
    assert "Trois fois le délai promis ont passé" in text
    rows = re.findall(r'<th scope="row">([^<]*)</th><td><span class="numbers">(\d+)<', text)
    assert rows == [("adresse exacte", "1"), ("commune", "1")]
    assert "CC BY 4.0" in text


def test_reasons_are_grouped_in_words_with_what_to_do(client: Client) -> None:
    run = rejected_run()
    text = page(client, f"/fr/collectes/mons/{run.pk}/")
    reasons = re.findall(r'<strong class="numbers">(\d)</strong> <span>([^<]*)<', text)
    assert reasons == [
        ("2", "La fiche n’a pas de titre."),
        ("1", "Une autre fiche a le même identifiant : la première a été prise."),
    ]
    assert "<code>=1+1</code>, <code>n° 2</code>" in text


def test_a_failure_is_told_in_words(client: Client) -> None:
    source = fresh_source(slug="mons")
    failed = make_run(source, status=Run.Status.FAILED, error_code="unreachable", error="<b>no</b> route")
    for path in ("/fr/collectes/mons/", f"/fr/collectes/mons/{failed.pk}/"):
        raw = client.get(path).content.decode()
        assert "Le portail ne répond pas." in raw
        assert "&lt;b&gt;no&lt;/b&gt; route" in raw


def test_refused_records_are_a_spreadsheet_without_formulas(client: Client) -> None:
    run = rejected_run()
    response = client.get(f"/fr/collectes/mons/{run.pk}/rejections.csv")
    rows = list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig"))))
    assert [row[:4] for row in rows[:3]] == [
        ["position", "identifiant", "code", "raison"],
        ["1", "'=1+1", "no-title", "La fiche n’a pas de titre."],
        ["2", "", "no-title", "La fiche n’a pas de titre."],
    ]


@pytest.mark.parametrize("path", ["/fr/collectes/rien/", "/fr/collectes/mons/0/", "/fr/collectes/rien/incidents.atom"])
def test_what_there_is_not_is_not_found(client: Client, path: str) -> None:
    fresh_source(slug="mons")
    page(client, path, 404)


def test_a_run_is_found_under_its_own_source_alone(client: Client) -> None:
    run = make_run(fresh_source(slug="mons"))
    fresh_source(slug="namur")
    page(client, f"/fr/collectes/namur/{run.pk}/", 404)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/fr/collectes/", 5),
        ("/fr/collectes/source-0/", 7),
        ("/fr/collectes/source-0/{run}/", 3),
        ("/fr/collectes/incidents.atom", 3),
        ("/metrics", 6),
    ],
)
def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str, queries: int, count: int
) -> None:
    for number in range(count):
        source = fresh_source(slug=f"source-{number}")
        runs = [make_run(source, days) for days in range(count)]
        make_activity(source=source)
    first = Run.objects.filter(source__slug="source-0").first()
    assert first is not None
    assert len(runs) == count
    with django_assert_num_queries(queries):
        assert client.get(path.format(run=first.pk)).status_code == 200


def test_a_page_that_did_not_change_is_not_sent_again(client: Client) -> None:
    fresh_source()
    first = client.get("/fr/collectes/")
    again = client.get("/fr/collectes/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, first["Cache-Control"]) == (304, "public, max-age=60")


def test_each_page_is_reached_from_the_footer_and_from_an_item(client: Client) -> None:
    activity = make_activity(source=fresh_source(slug="mons"))
    assert 'href="/fr/collectes/"' in page(client, "/fr/a-propos/")
    response = client.get(f"/fr/fiche/{activity.public_id}/", follow=True)
    assert 'href="/fr/collectes/mons/"' in response.content.decode()


@pytest.mark.parametrize(("language", "path"), [("nl", "/nl/oogsten/"), ("en", "/en/harvests/")])
def test_path_words_are_translated(client: Client, language: str, path: str) -> None:
    fresh_source()
    assert f'<html lang="{language}">' in page(client, path)
