import pytest
from django.contrib.gis.geos import Point
from django.utils import translation

from geo.models import Area, AreaName
from geo.parse import BBox, Near
from geo.places import Found, commune_at, names_in, search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bundled")]


def first(typed: str) -> tuple[str, str, str]:
    place = search(typed)[0]
    return place.area.code, place.name, place.context


def codes(found: list[Found]) -> list[str]:
    return [place.area.code for place in found]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Mons", "be-53053"),
        ("bergen", "be-53053"),
        ("7000", "be-53053"),
        ("Luik", "be-62063"),
        ("anvers", "be-11002"),
        ("Antwerpen", "be-11002"),
        ("bru", "be-21004"),
        ("Brussel", "be-21004"),
        ("brussels", "be-21004"),
        ("Paris", "fr-75056"),
        ("75011", "fr-75111"),
        ("75116", "fr-75116"),
        ("paris 11e", "fr-75111"),
        ("Nantes", "fr-44109"),
        ("SAINT ETIENNE", "fr-42218"),
        ("st-étienne", "fr-42218"),
        ("l'haÿ les roses", "fr-94038"),
        ("l hay", "fr-94038"),
        ("Le Mans", "fr-72181"),
        ("mans", "fr-72181"),
        ("Varsovie", "gn-756135"),
        ("Warszawa", "gn-756135"),
        ("Québec", "gn-6325494"),
        ("montréal", "gn-6077243"),
        ("Barcelona", "gn-3128760"),
        ("New York", "gn-5128581"),
        ("Toulouse", "fr-31555"),
        ("Dieppe", "fr-76217"),
        ("Namur", "be-92094"),
        ("Bruxeles", "be-21004"),
        ("Strasboug", "fr-67482"),
    ],
)
def test_what_people_type_finds_the_place_they_mean(typed: str, code: str) -> None:
    assert search(typed)[0].area.code == code


def test_namesakes_are_told_apart() -> None:
    found = [place for place in search("Saint-Denis", limit=12) if place.name == "Saint-Denis"]
    contexts = [place.context for place in found]
    assert contexts[:2] == ["La Réunion, France", "Seine-Saint-Denis, France"]
    assert len(set(contexts)) == len(contexts) >= 4


def test_a_place_says_where_it_is() -> None:
    assert first("Mons") == ("be-53053", "Mons", "Hainaut, Belgique")
    assert first("province de hainaut") == ("be-50000", "Hainaut", "province, Belgique")
    assert first("paris 11e") == ("fr-75111", "Paris 11e arrondissement", "Paris, France")
    assert first("Belgique") == ("be", "Belgique", "pays")


def test_names_are_in_the_language_of_the_reader() -> None:
    with translation.override("nl"):
        assert first("Mons") == ("be-53053", "Bergen", "Henegouwen, België")
        assert search("Mons")[0].matched == "Mons"
    assert {place.area.code: place.matched for place in search("berg")}["be-53053"] == "Bergen"


def test_postcodes_are_told() -> None:
    assert search("Mons")[0].postcodes[:3] == ("7000", "7010", "7011")


def test_an_exact_name_is_never_pushed_off_the_list() -> None:
    assert "fr-80829" in codes(search("Y"))


def test_limit_and_nothing() -> None:
    assert len(search("sai", limit=3)) == 3
    assert search("") == search("?!") == search("xqzkw") == []


def test_of_two_equals_the_nearer_comes_first() -> None:
    near_reunion, near_paris = Near(-21.1, 55.5), Near(48.9, 2.3)
    assert search("Saint-Denis", near=near_reunion)[0].area.code == "fr-97411"
    assert search("Saint-Denis", near=near_paris)[0].area.code == "fr-93066"


@pytest.mark.parametrize("typed", ["%", "mo_s", "\\", "mons%", "'; --", "\x00mons", "a" * 5000])
def test_hostile_text_is_only_text(typed: str) -> None:
    assert isinstance(search(typed), list)


@pytest.mark.parametrize(
    ("point", "code"),
    [
        ((2.3522, 48.8566), "fr-75056"),
        ((4.3517, 50.8466), "be-21004"),
        ((3.952, 50.4541), "be-53053"),
        ((-71.25, 46.8), "gn-6325494"),
        ((55.45, -20.88), "fr-97411"),
        ((-30.0, 40.0), None),
    ],
)
def test_commune_at(point: tuple[float, float], code: str | None) -> None:
    area = commune_at(Point(*point, srid=4326))
    assert (area.code if area else None) == code


def test_labels_are_the_largest_places_of_the_box() -> None:
    labels = names_in(BBox(2.5, 49.5, 5.4, 51.5), zoom=8)
    assert [label.name for label in labels[:4]] == ["Anvers", "Gand", "Lille", "Charleroi"]
    assert len(names_in(BBox(-10, 36, 25, 60), zoom=7)) == 60


def test_labels_begin_with_countries_from_afar_and_end_with_quarters_close_by() -> None:
    assert "France" in [label.name for label in names_in(BBox(-10, 36, 25, 60), zoom=4)]
    close = names_in(BBox(2.25, 48.8, 2.42, 48.91), zoom=13)
    assert {label.level for label in close} >= {"commune", "district"}


def test_labels_across_the_antimeridian() -> None:
    assert "Fidji" in [label.name for label in names_in(BBox(170, -25, -170, -10), zoom=4)]


def test_keys_are_kept_once() -> None:
    mons = Area.objects.get(code="be-53053")
    keys = list(AreaName.objects.filter(area=mons, key="mons").values_list("kind", flat=True))
    assert keys == ["name"]
