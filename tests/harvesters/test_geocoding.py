"""Online geocoders: a pin only for what was found as a house, a street or a place; asked once; harmless when away."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.geocoding import check_geocoder
from harvesters.geocoding.services import geoplateforme, nominatim, photon
from harvesters.http import Answer, Client
from harvesters.runs.harvest import harvest
from portal.models import Activity, Geocoded, Run
from tests.factories import make_area
from tests.harvesters.city import City, counts, open_city, row, told
from tests.harvesters.geocoders import Book, geocoders

pytestmark = pytest.mark.django_db
HOUSES = {"geoplateforme": "housenumber", "nominatim": "place", "photon": "house"}
STREETS = {"geoplateforme": "street", "nominatim": "road", "photon": "street"}
TOWNS = {"geoplateforme": "municipality", "nominatim": "city", "photon": "city"}
MONS = (3.9523, 50.4542)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    make_area(code="be-53053", name="Mons")
    with open_city(tmp_path, territory=["be-53053"]) as opened:
        yield opened


@pytest.fixture
def book() -> Iterator[Book]:
    found = Book()
    with geocoders(found) as url:
        found.url = url
        yield found


def ask(city: City, book: Book, service: str = "geoplateforme", **answers: Any) -> Run:
    book.answers = answers
    city.source.options = {"geocoder": service, "geocoder_url": book.url}
    city.source.validators = {}
    hosts = [urlsplit(url).netloc for url in (city.base_url, book.url)]
    with Client.from_settings(also_allow=hosts) as client:
        return harvest(city.source, client)


def at(numero: int, address: str, **more: Any) -> dict[str, Any]:
    return row(numero, lat=None, lon=None, adresse=address, commune="Mons", **more)


@pytest.mark.parametrize("service", list(HOUSES))
def test_what_was_found_makes_the_precision_not_the_score(city: City, book: Book, service: str) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"), at(2, "allée de Nimy"), at(3, "8 rue Perdue"), at(4, "9 rue Inconnue"))
    ask(
        city, book, service,
        Clercs=(*MONS, HOUSES[service], 0.7), Nimy=(*MONS, STREETS[service], 0.7), Perdue=(*MONS, TOWNS[service], 0.99),
    )  # fmt: skip
    found = Activity.objects.order_by("source_record_id")
    assert [activity.precision for activity in found] == ["exact", "street", "commune", "commune"]
    assert [activity.geometry is not None for activity in found] == [True, True, False, False]


def test_it_is_told_how_each_was_placed(city: City, book: Book) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"), at(2, "8 rue Perdue"), at(3, "9 rue Inconnue"))
    run = ask(city, book, Clercs=(*MONS, "housenumber", 0.9), Perdue=(*MONS, "municipality", 0.9))
    assert [note["text"] for note in run.notes if "geocoder" in note["text"]] == [
        "placed by the geocoder geoplateforme: housenumber",
        "no pin by the geocoder geoplateforme: it found no more than «municipality»",
        "no pin by the geocoder geoplateforme: it does not know the address",
    ]


def test_a_low_score_or_a_point_elsewhere_is_no_pin(city: City, book: Book) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"), at(2, "7 rue de Nimy"))
    run = ask(city, book, Clercs=(*MONS, "housenumber", 0.3), Nimy=(4.36, 50.85, "housenumber", 0.9))
    assert Activity.objects.located().count() == 0
    assert "its score is below 0.6" in told(run)
    assert "not in the area that the record names" in told(run)


def test_an_address_is_asked_once_and_its_answer_kept(city: City, book: Book) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"), at(2, "5 rue des Clercs"))
    ask(city, book, Clercs=(*MONS, "housenumber", 0.7))
    again = ask(city, book, Clercs=(0.0, 0.0, "street", 0.1))
    assert book.asked == ["5 rue des Clercs Mons"]
    assert counts(again) == (2, 0, 0, 2, 0, 0)
    kept = Geocoded.objects.get()
    assert (kept.method, kept.score, kept.precision) == ("housenumber", 0.7, "exact")
    assert [candidate["method"] for candidate in kept.candidates] == ["housenumber"]


def test_what_has_a_point_or_no_street_is_not_asked(city: City, book: Book) -> None:
    city.publish_rows(row(1, adresse="5 rue des Clercs"), at(2, "7000 Mons"), at(3, ""))
    ask(city, book)
    assert book.asked == []


def test_a_geocoder_that_fails_costs_no_record(city: City, book: Book) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"))
    book.broken = True
    run = ask(city, book, "photon", Clercs=(*MONS, "house", 0.7))
    assert (run.status, counts(run)) == ("complete", (1, 1, 0, 0, 0, 0))
    assert "was not asked any further" in told(run)
    assert Geocoded.objects.count() == 0


def test_a_town_hall_that_ten_were_placed_at_is_no_pin(city: City, book: Book) -> None:
    city.publish_rows(*(at(number, "22 Grand-Place") for number in range(10)))
    run = ask(city, book, Place=(*MONS, "housenumber", 0.9))
    assert set(Activity.objects.values_list("precision", flat=True)) == {"commune"}
    assert "10 records share one point or address" in told(run)


def test_without_the_option_nobody_is_asked(city: City) -> None:
    city.publish_rows(at(1, "5 rue des Clercs"))
    city.harvest()
    assert Activity.objects.get().precision == "commune"


@pytest.mark.parametrize(
    "options",
    [{"geocoder": "somebody"}, {"geocoder": "nominatim"}, {"geocoder": "photon", "geocoder_url": 7}],
)
def test_a_geocoder_that_is_not_known_or_has_no_address_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="geocoder"):
        check_geocoder(options)


class Says(Client):
    """A client to which everybody answers with the same bytes."""

    def __init__(self, body: bytes) -> None:
        super().__init__("test")
        self.body = body

    def get_json(self, url: str, *_: object, **__: object) -> Any:
        return json.loads(self.body)

    def post_file(self, url: str, *_: object) -> Answer:
        return Answer(url, self.body)


@given(st.text(max_size=300))
def test_any_table_may_come_back(text: str) -> None:
    table = f"n,longitude,latitude,result_score,result_type\n0,{text}\n{text}"
    (candidates,) = geoplateforme(Says(table.encode("utf-8", "replace")), "http://x.example", ["1 rue"])
    assert len(candidates) <= 1


KEYS = ("features", "properties", "geometry", "coordinates", "lat", "lon", "type", "x")
anything = st.recursive(
    st.none() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.parametrize("ask_one", [nominatim, photon])
@given(answer=anything)
def test_any_json_may_come_back(ask_one: Any, answer: Any) -> None:
    with suppress(PortalError):
        (candidates,) = ask_one(Says(json.dumps(answer).encode()), "http://x.example", ["1 rue"])
        assert all(abs(candidate.lon) <= 180 and abs(candidate.lat) <= 90 for candidate in candidates)
