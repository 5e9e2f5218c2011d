import re

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from portal.views.errors import broken
from portal.vocabularies import Kind
from tests.factories import make_activity, make_area, make_source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "home"), [("nl-BE,nl;q=0.9", "/nl/"), ("en", "/en/"), ("de", "/fr/"), ("", "/fr/")]
)
def test_the_root_leads_to_the_readers_language(client: Client, accepted: str, home: str) -> None:
    response = client.get("/", headers={"accept-language": accepted})
    assert (response.status_code, response["Location"]) == (302, home)
    assert "Accept-Language" in response["Vary"]


def test_three_doors_with_their_counts(client: Client) -> None:
    for kind in (Kind.INITIATIVE, Kind.MISSION, Kind.MISSION):
        make_activity(kind=kind)
    text = client.get("/fr/").content.decode()
    doors = re.findall(r'class="door \w+" href="([^"]*)".*?class="number">(\d+)<', text)
    assert doors == [("/fr/initiatives/", "1"), ("/fr/projets/", "0"), ("/fr/missions/", "2")]


def test_the_demo_says_of_what_day_its_data_are(client: Client, settings: LazySettings) -> None:
    assert "demo-banner" not in client.get("/fr/").content.decode()
    settings.DEMO = True
    assert "Données de démonstration du 7 octobre 2026" in client.get("/fr/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    for _number in range(count):
        make_activity(source=make_source(territory=[make_area().code]))
    with django_assert_num_queries(2):
        Client().get("/fr/")


def test_the_policy_lets_nothing_foreign_in(client: Client) -> None:
    policy = client.get("/fr/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_no_page_carries_script_or_style_of_its_own(client: Client) -> None:
    make_activity()
    for path in ("/fr/", "/fr/explorer/", "/fr/a-propos/"):
        text = client.get(path).content.decode()
        assert re.findall(r"<script(?![^>]*(?:src=|type=\"application/))", text) == []
        assert re.findall(r"\sstyle=|<style|\son\w+=", text) == []


def test_about_names_each_source_with_its_licence(client: Client) -> None:
    make_activity(source=make_source(title="Associations", licence="CC BY 4.0"))
    make_source(title="Vide")
    text = client.get("/fr/a-propos/").content.decode()
    assert "Associations" in text
    assert "CC BY 4.0" in text
    assert "Vide" not in text


def test_a_page_that_is_not_there_says_so_in_the_language_of_the_address(client: Client) -> None:
    response = client.get("/nl/bestaat-niet/")
    assert response.status_code == 404
    assert "Deze pagina bestaat niet" in response.content.decode()


def test_when_a_page_fails_the_reader_is_told_whose_fault_it_is(rf: RequestFactory) -> None:
    response = broken(rf.get("/fr/"))
    assert response.status_code == 500
    assert "L’erreur est chez nous." in response.content.decode()
