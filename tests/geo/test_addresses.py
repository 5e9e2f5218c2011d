"""Towns in addresses that have no column for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.plugin import DjangoDbBlocker

from geo.addresses import ADDRESS_MAX, Town, area_of, towns_in
from geo.places import Resolver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled")]


@pytest.fixture(scope="module")
def france(bundled: int, django_db_blocker: DjangoDbBlocker) -> Resolver:
    with django_db_blocker.unblock():
        return Resolver(["fr"])


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("69001 Lyon", "fr-69381"),
        ("Lyon 4e", "fr-69384"),
        ("LYON 4ème", "fr-69384"),
        ("Paris 11", "fr-75111"),
        ("Place du Marché, 38000 Grenoble", "fr-38185"),
        ("Place du Marché 38000 Grenoble", "fr-38185"),
        ("12 rue des Lilas - 38000 GRENOBLE CEDEX 1", "fr-38185"),
        ("3 Rue Raoul Blanchard, 38000 Grenoble, FR", "fr-38185"),
        ("Place du Marché, Grenoble", "fr-38185"),
        ("Grenoble (38)", "fr-38185"),
        ("38000", "fr-38185"),
        ("1 Place de la Mairie, 01200 Arlod", "fr-01033"),
        ("F-67000 Strasbourg", "fr-67482"),
        ("Le Bourg", None),
        ("2050 boulevard Masson", None),
        ("rue de Lyon", None),
        ("Saint-Denis", None),
        ("", None),
    ],
)
def test_the_area_an_address_names(france: Resolver, address: str, found: str | None) -> None:
    area = area_of(address, france)
    assert (area.code if area else None) == found


def test_belgian_postcodes_have_four_digits() -> None:
    area = area_of("Grand-Place 1, B-7000 Mons, Belgique", Resolver(["be"]))
    assert area is not None
    assert area.code == "be-53053"


def test_a_town_is_what_stands_behind_its_postcode() -> None:
    assert towns_in("Salle des fêtes, 63350 Luzillat")[0] == Town("63350", "Luzillat")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": "Coupy"}, "fr-01033"),
        ({"name": "Vouvray", "postcode": "01200"}, "fr-01033"),
        ({"name": "Vouvray"}, "fr-37281"),
        ({"name": "Arbignieu"}, "fr-01015"),
        ({"code": "fr-01126"}, "fr-01033"),
        ({"code": "01126"}, "fr-01033"),
    ],
)
def test_former_communes_lead_to_the_one_of_today(france: Resolver, said: dict[str, str], found: str) -> None:
    area = france.find(**said)
    assert area is not None
    assert area.code == found


@given(st.text(max_size=ADDRESS_MAX + 50))
def test_any_text_may_be_an_address(text: str) -> None:
    assert all(isinstance(town, Town) for town in towns_in(text))
