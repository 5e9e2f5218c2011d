"""The territory: by postcodes and codes of districts, else by the publisher, else by the title, else asked."""

import pytest
from django.utils import translation

from geo.models import Area, AreaName
from harvesters.adding.shown import map_data
from tests.factories import make_area
from tests.harvesters.discovery.conftest import Discover, town

pytestmark = pytest.mark.django_db
PARIS = "Identifiant;Titre du projet;Arrondissement du projet\n" + "\n".join(
    f"{n};Planter des arbres, acte {n};{75001 + n % 2}" for n in range(12)
)
PLAIN = "Identifiant;Titre du projet\n" + "\n".join(f"{n};Planter des arbres, acte {n}" for n in range(12))


def city(name: str, lon: float, lat: float, country: str) -> Area:
    area = town(name, lon, lat, country)
    Area.objects.filter(pk=area.pk).update(population=500_000)
    return area


@pytest.fixture
def paris() -> Area:
    area = city("Paris", 2.35, 48.86, "FR")
    for number in (1, 2):
        district = make_area(
            name=f"Paris {number}e arrondissement", code=f"fr-7510{number}", level="district", country="FR",
            centre=area.centre, radius_m=900, parent=area,
        )  # fmt: skip
        AreaName.objects.create(area=district, key=f"7500{number}", kind=AreaName.Kind.POSTCODE)
    return area


def test_codes_of_districts_tell_the_city_and_each_record_shows_its_own(discover: Discover, paris: Area) -> None:
    found = discover("projets.csv", PARIS)
    assert found.source.territory == [paris.code]
    assert {one.area.code for one in found.sample if one.area} == {"fr-75101", "fr-75102"}
    drawn = map_data(found.sample)
    assert drawn is not None
    assert len(drawn["geometry"]["features"]) == 10


def test_a_publisher_named_after_its_town_tells_it(discover: Discover, paris: Area) -> None:
    assert discover("projets.csv", PLAIN, publisher="Ville de Paris").source.territory == [paris.code]


def test_a_town_in_the_title_is_asked_about(discover: Discover, paris: Area) -> None:
    found = discover("projets-de-paris.csv", PLAIN)
    assert (found.source.territory, "territory" in {one.field for one in found.questions}) == ([paris.code], True)


def test_where_nothing_tells_it_is_asked_and_none_is_an_answer(discover: Discover, paris: Area) -> None:
    asked = {one.field for one in discover("projets.csv", PLAIN).questions}
    answered = {one.field for one in discover("projets.csv", PLAIN, territory="=").questions}
    assert asked - answered == {"territory"}


@pytest.mark.parametrize(("lang", "words"), [("fr", "Sous quelle"), ("nl", "Onder welke"), ("en", "Under which")])
def test_questions_come_in_the_readers_language(discover: Discover, lang: str, words: str) -> None:
    with translation.override(lang):
        asked = next(one.text for one in discover("projets.csv", PLAIN).questions if one.field == "licence")
    assert words in asked
