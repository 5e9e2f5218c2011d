from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from geo.places import Resolver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled")]

WARSAW_DISTRICTS = (
    "Bemowo Białołęka Bielany Mokotów Ochota Praga-Południe Praga-Północ Rembertów Śródmieście"
    " Targówek Ursus Ursynów Wawer Wesoła Wilanów Włochy Wola Żoliborz"
)


def code(resolver: Resolver, **said: Any) -> str | None:
    area = resolver.find(**said)
    return area.code if area else None


@pytest.fixture(scope="module")
def france(bundled: int, django_db_blocker: DjangoDbBlocker) -> Resolver:
    with django_db_blocker.unblock():
        return Resolver(["fr"])


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"code": "75011"}, "fr-75111"),
        ({"code": "75111"}, "fr-75111"),
        ({"code": "fr-75111"}, "fr-75111"),
        ({"code": "75116"}, "fr-75116"),
        ({"code": "75016"}, "fr-75116"),
        ({"code": "75056"}, "fr-75056"),
        ({"code": "99999"}, None),
        ({"name": "11e arrondissement"}, "fr-75111"),
        ({"name": "11ème arrondissement"}, "fr-75111"),
        ({"name": "Paris 11ème"}, "fr-75111"),
        ({"name": "PARIS 11"}, "fr-75111"),
        ({"name": "1er"}, "fr-75101"),
        ({"name": "20e"}, "fr-75120"),
        ({"name": "21e"}, None),
        ({"name": "Paris Centre"}, "fr-75123"),
        ({"name": "Paris"}, "fr-75056"),
        ({"name": "Ville de Paris"}, "fr-75056"),
        ({"postcode": "75004"}, "fr-75104"),
        ({"name": "Lyon"}, None),
        ({}, None),
    ],
)
def test_paris(said: dict[str, str], found: str | None) -> None:
    assert code(Resolver(["fr-75056"]), **said) == found


def test_paris_has_twenty_arrondissements_with_outline_population_and_size() -> None:
    resolver = Resolver(["fr-75056"])
    areas = [resolver.find(code=f"751{number:02}") for number in range(1, 21)]
    assert all(area and area.outline and area.population and area.population_year for area in areas)
    assert {area.level for area in areas if area} == {"district"}
    assert all(400 < area.radius_m < 2_400 for area in areas if area)


def test_warsaw_knows_its_districts_by_their_polish_names() -> None:
    resolver = Resolver(["gn-756135"])
    found = [resolver.find(name=name, level="district") for name in WARSAW_DISTRICTS.split()]
    assert all(area is not None and area.parent_id is not None for area in found)
    assert len({area.pk for area in found if area}) == 18


def test_brussels_in_both_languages_and_both_at_once() -> None:
    resolver = Resolver(["be-04000"])
    names = ("Ixelles", "Elsene", "Ixelles - Elsene", "Ixelles/Elsene", "IXELLES")
    assert [code(resolver, name=name) for name in names] == ["be-21009"] * 5
    assert code(resolver, name="Bruxelles") == "be-21004"
    assert code(resolver, postcode="1050") is None
    assert code(resolver, name="Ixelles", postcode="1050") == "be-21009"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": "Saint-Denis"}, None),
        ({"name": "Saint-Denis", "postcode": "93200"}, "fr-93066"),
        ({"name": "Saint-Denis (93)"}, "fr-93066"),
        ({"name": "ST DENIS", "postcode": "97400"}, "fr-97411"),
        ({"name": "Nantes Cedex 2"}, "fr-44109"),
        ({"name": "Annecy-le-Vieux"}, "fr-74011"),
        ({"name": "Le Mont-Dore", "postcode": "63240"}, "fr-63236"),
        ({"name": "Livron", "postcode": "26250"}, None),
        ({"name": "Nantes", "postcode": "44900"}, "fr-44109"),
        ({"postcode": "70000"}, None),
    ],
)
def test_namesakes_are_settled_by_a_postcode_or_a_departement_or_not_at_all(
    france: Resolver, said: dict[str, str], found: str | None
) -> None:
    assert code(france, **said) == found


def test_an_unknown_territory_finds_nothing() -> None:
    assert code(Resolver(["xx-0"]), name="Paris", code="75056", postcode="75001") is None
