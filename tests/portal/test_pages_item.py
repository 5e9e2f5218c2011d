import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.models import Activity
from portal.pages.address import activity_url
from portal.vocabularies import Kind, Precision, Status
from tests.factories import SEEN, make_activity, make_area, make_source

pytestmark = pytest.mark.django_db


def page(client: Client, activity: Activity, status: int = 200, query: str = "") -> str:
    response = client.get(activity_url(activity) + query)
    assert response.status_code == status
    return unescape(response.content.decode()).replace("\xa0", " ")


def test_the_address_carries_the_title_and_the_id_decides(client: Client) -> None:
    activity = make_activity(title="Repas du samedi", kind=Kind.MISSION)
    path = f"/fr/missions/{activity.public_id}-repas-du-samedi/"
    assert activity_url(activity) == path
    for other in (f"/fr/missions/{activity.public_id}/", f"/fr/projets/{activity.public_id}-autre/?near=50,4"):
        response = client.get(other)
        assert response.status_code == 301
        assert response["Location"].startswith(path)


def test_a_title_without_letters_has_an_address(client: Client) -> None:
    assert page(client, make_activity(title="☂☂☂"))


def test_a_project_says_its_money_votes_and_stages(client: Client) -> None:
    project = make_activity(
        kind=Kind.PROJECT, budget=Decimal(45000), currency="EUR", votes=1234, edition=2023, status=Status.WORKS
    )
    text = page(client, project)
    assert "45\u202f000 €" in text
    assert "1\u202f234" in text
    assert "Édition 2023" in text
    assert re.findall(r'aria-current="step">([^<]*)<', text) == ["En travaux"]


def test_a_mission_without_a_link_says_so_and_shows_the_original(client: Client) -> None:
    text = page(client, make_activity(kind=Kind.MISSION))
    assert "La source ne donne pas de lien d’inscription ; voici la fiche d’origine." in text
    assert "Voir sur portal.example" in text


def test_a_mission_with_a_link_says_where_it_leads(client: Client) -> None:
    text = page(client, make_activity(kind=Kind.MISSION, join_url="https://www.croix-rouge.be/benevole"))
    assert "Je participe sur croix-rouge.be" in text


def test_a_link_that_is_no_web_address_is_no_link(client: Client) -> None:
    activity = make_activity(kind=Kind.MISSION, join_url="javascript:alert(1)", website="data:text/html,x")
    assert "javascript:" not in page(client, activity)


def test_an_area_is_drawn_as_an_area_and_a_remote_one_not_at_all(client: Client) -> None:
    area = make_area(name="Quartier du Rivage")
    areal = page(client, make_activity(precision=Precision.DISTRICT, area=area))
    assert "Concerne tout le quartier : Quartier du Rivage" in areal
    assert '"areal": true' in areal
    remote = page(client, make_activity(kind=Kind.MISSION, precision=Precision.REMOTE))
    assert "mini-carte" not in remote
    assert "À distance : aucun déplacement" in remote


def test_what_is_near_here_comes_nearest_first(client: Client) -> None:
    activity = make_activity(title="ici")
    for title, lon in (("b", 3.96), ("a", 3.955), ("trop loin", 4.5)):
        make_activity(title=title, geometry=Point(lon, 50.4542, srid=4326))
    near = page(client, activity).partition('id="tout-pres"')[2]
    assert re.findall(r'class="card-title"[^>]*><a [^>]*>([^<]*)<', near) == ["a", "b"]


def test_the_way_back_is_exact(client: Client) -> None:
    activity = make_activity()
    query = "?near=50.45,3.95&radius=10000&kind=initiative&when=upcoming&place=Mons&page=2"
    text = page(client, activity, query=query)
    assert re.findall(r'class="crumbs"><a href="([^"]*)"', text) == [f"/fr/explorer/{query}"]
    assert "Résultats autour de Mons" in text


def test_what_its_source_no_longer_lists_says_since_when(client: Client) -> None:
    activity = make_activity()
    assert "Non revu depuis" not in page(client, activity)
    Activity.objects.update(missing_since=SEEN + timedelta(days=3), last_listed=SEEN)
    assert "Non revu depuis le 1 octobre 2026" in page(client, activity)


def test_the_source_its_licence_and_the_dates_are_told(client: Client) -> None:
    source = make_source(title="Associations", publisher="Ville de Mons", licence_url="https://licence.example/")
    text = page(client, make_activity(source=source, data_date=date(2026, 9, 1))).partition('id="source"')[2]
    for words in ("Associations", "Ville de Mons", "CC BY 4.0", "1 septembre 2026", "1 octobre 2026"):
        assert words in text


def test_withdrawn_is_gone_and_says_by_whom(client: Client) -> None:
    activity = make_activity(title="Ancien jardin", withdrawn=datetime(2026, 10, 5, 12, tzinfo=UTC))
    text = page(client, activity, status=410)
    assert "Ancien jardin" in text
    assert "le 5 octobre 2026" in text


def test_linked_data_cannot_close_its_own_block(client: Client) -> None:
    activity = make_activity(title="</script><b>x", kind=Kind.MISSION, starts=SEEN, ends=SEEN)
    text = client.get(activity_url(activity)).content.decode()
    block = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[0]
    data = json.loads(block)
    assert data["@type"] == "Event"
    assert data["name"] == "</script><b>x"
    assert data["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 50.4542, "longitude": 3.9523}


def test_languages_and_the_canonical_address_are_linked(client: Client) -> None:
    activity = make_activity(title="Jardin", kind=Kind.PROJECT)
    text = page(client, activity)
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="(\w\w)" href="http://[^/]*([^"]*)"', text))
    end = f"{activity.public_id}-jardin/"
    assert alternates == {"fr": f"/fr/projets/{end}", "nl": f"/nl/projecten/{end}", "en": f"/en/projects/{end}"}
    assert text.count("<h1") == 1


def test_a_card_alone_is_what_the_list_would_show(client: Client) -> None:
    activity = make_activity(title="Jardin", geometry=Point(3.953, 50.4542, srid=4326))
    text = client.get(f"/fr/apercu/{activity.public_id}/?near=50.4542,3.9523").content.decode()
    assert re.findall(r'class="distance">([^<]*)<', text.replace("\xa0", " ")) == ["50 m"]
    assert client.get("/fr/apercu/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_titles_of_areas_are_those_of_the_question(client: Client) -> None:
    mons, namur = make_area(code="be-mons"), make_area(code="be-namur")
    for title, area, kind in (("a", mons, Kind.PROJECT), ("b", mons, Kind.MISSION), ("c", namur, Kind.PROJECT)):
        make_activity(title=title, kind=kind, precision=Precision.COMMUNE, area=area)
    shown = [
        re.findall(r'<span lang="fr">(\w)<', client.get(f"/fr/apercu/secteur/{path}").content.decode())
        for path in ("be-mons/", "be-mons,be-namur/?kind=project", "rien/")
    ]
    assert shown == [["a", "b"], ["a", "c"], []]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(django_assert_num_queries: DjangoAssertNumQueries, count: int) -> None:
    source = make_source()
    activities = [make_activity(source=source) for _number in range(count)]
    with django_assert_num_queries(2):
        Client().get(activity_url(activities[0]))


def test_what_is_near_here_can_be_opened(client: Client) -> None:
    for title in ("ici", "à côté"):
        activity = make_activity(title=title)
    page = client.get(f"{activity_url(activity)}?near=50.45,3.95&radius=5000").content.decode()
    links = re.findall(r'<h3 class="card-title"[^>]*><a href="([^"]+)"', page)
    assert [client.get(unescape(link)).status_code for link in links] == [200]
