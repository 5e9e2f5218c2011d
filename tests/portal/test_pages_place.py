import re

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from geo.models import Level
from tests.factories import make_area

pytestmark = pytest.mark.django_db


def test_a_name_that_is_known_once_is_gone_to(client: Client) -> None:
    make_area(name="Saint-Étienne", centre=Point(4.3872, 45.4397, srid=4326))
    response = client.get("/fr/explorer/?place=st+etienne&kind=mission")
    assert response.status_code == 302
    assert response["Location"] == (
        "/fr/explorer/?near=45.4397,4.3872&radius=5000&kind=mission&when=upcoming&place=Saint-%C3%89tienne"
    )


def test_a_name_that_several_have_asks_which(client: Client) -> None:
    for parent_name in ("Seine-Saint-Denis", "La Réunion"):
        parent = make_area(name=parent_name, level=Level.PROVINCE, country="FR")
        make_area(name="Saint-Denis", country="FR", parent=parent)
    text = client.get("/fr/explorer/?place=saint-denis").content.decode()
    contexts = re.findall(r'>Saint-Denis <span class="status">([^<]*)<', text)
    assert sorted(contexts) == ["La Réunion", "Seine-Saint-Denis"]


def test_a_name_that_nobody_knows_is_told(client: Client) -> None:
    text = client.get("/fr/explorer/?place=Trifouillis").content.decode().replace("\xa0", " ")
    assert "Nous ne connaissons pas de lieu nommé « Trifouillis »." in text
    assert 'value="Trifouillis"' in text


def test_coordinates_of_the_former_place_are_forgotten(client: Client) -> None:
    make_area(name="Liège", centre=Point(5.5797, 50.6326, srid=4326))
    response = client.get("/fr/explorer/?place=li%C3%A8ge&near=50.4542,3.9523&place_was=Mons&radius=10000")
    assert response["Location"].startswith("/fr/explorer/?near=50.6326,5.5797&radius=10000&")


def test_an_emptied_box_searches_everywhere(client: Client) -> None:
    response = client.get("/fr/explorer/?place=&near=50.4542,3.9523&place_was=Mons")
    assert response["Location"] == "/fr/explorer/?when=upcoming"


def test_what_is_wider_than_a_commune_is_searched_wider(client: Client) -> None:
    make_area(name="Hainaut", level=Level.PROVINCE)
    assert "&radius=50000&" in client.get("/fr/explorer/?place=hainaut")["Location"]


def test_the_day_field_is_one_more_when(client: Client) -> None:
    text = client.get("/fr/explorer/?when=upcoming&day=2026-11-28").content.decode()
    assert "when=2026-11-28" in text


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "à moins de 5 km de votre position"), ("en", "within 5 km of your position")]
)
def test_ones_own_position_is_called_so_in_every_language(client: Client, language: str, words: str) -> None:
    path = {"fr": "/fr/explorer/", "en": "/en/explore/"}[language]
    text = client.get(f"{path}?near=50.454,3.952&place=Mijn+positie").content.decode().replace("\xa0", " ")
    assert words in text
