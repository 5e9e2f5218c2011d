"""What several portals publish is shown once, everywhere, and each record still answers at its own address."""

import csv
import io
import json
from itertools import product
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import same
from portal.models import Activity
from portal.pages import facets
from portal.query import Query
from portal.results import Results
from portal.vocabularies import PLACELESS, Precision, Theme
from tests.factories import make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
ITEMS = "/api/collections/all/items"
FAR = Point(3.99, 50.47, srid=4326)


@pytest.fixture
def twins() -> tuple[Activity, Activity]:
    """One thing: a pin that tells more, and an area; beside it a thing of its own, one without a place."""
    first = make_activity(title="Ruche", source=make_source(slug="ici"), themes=["sport"], description="Tout.")
    second = make_activity(
        title="La ruche",
        source=make_source(slug="la-bas"),
        themes=["food"],
        precision=Precision.COMMUNE,
        area=make_area(),
    )
    same.decide(first, second, same=True)
    make_activity(title="Chorale", geometry=FAR, themes=["culture"])
    make_activity(title="Lettres", precision=Precision.REMOTE)
    return first, second


def get(client: Client, address: str) -> Any:
    return json.loads(client.get(address).content)


def titles(client: Client, question: str) -> list[str]:
    return sorted(feature["properties"]["title"] for feature in get(client, f"{ITEMS}?{question}")["features"])


@pytest.mark.usefixtures("twins")
def test_once_unless_duplicates_are_asked_for(client: Client) -> None:
    assert titles(client, "") == ["Chorale", "Lettres", "Ruche"]
    assert titles(client, "duplicates=once") == titles(client, "")
    assert titles(client, "duplicates=all") == ["Chorale", "La ruche", "Lettres", "Ruche"]
    assert client.get(f"{ITEMS}?duplicates=twice").status_code == 400


@pytest.mark.usefixtures("twins")
def test_a_filter_that_only_the_other_record_fits_finds_the_thing(client: Client) -> None:
    assert titles(client, "theme=food") == ["La ruche"]
    assert titles(client, "source=la-bas") == ["La ruche"]
    assert titles(client, "theme=food,sport") == ["Ruche"]


def test_each_record_answers_at_its_own_address_and_names_the_other(
    client: Client, twins: tuple[Activity, Activity]
) -> None:
    for one, other in (twins, twins[::-1]):
        (credit,) = get(client, f"{ITEMS}/{one.public_id}")["properties"]["also_published_by"]
        assert (credit["source"], credit["licence"]) == (other.source.slug, other.licence)
        assert str(other.public_id) in credit["url"]


def test_the_page_names_who_else_publishes_it(client: Client, twins: tuple[Activity, Activity]) -> None:
    first, second = twins
    page = client.get(f"/fr/initiatives/{first.public_id}-ruche/").content.decode()
    assert "Également publié par" in page
    assert f"{second.public_id}-la-ruche/" in page
    assert (
        "Ook gepubliceerd door"
        in client.get(f"/nl/initiatieven/{first.public_id}-ruche/", follow=True).content.decode()
    )


def test_the_page_does_not_show_a_thing_beside_itself(client: Client) -> None:
    first, second = make_activity(title="Ruche"), make_activity(title="La ruche")
    same.decide(first, second, same=True)
    for one, path in ((first, "ruche"), (second, "la-ruche")):
        assert "Tout près" not in client.get(f"/fr/initiatives/{one.public_id}-{path}/").content.decode()


def test_withdrawn_makes_room_at_once(client: Client, twins: tuple[Activity, Activity]) -> None:
    first, second = twins
    Activity.objects.filter(pk=first.pk).update(withdrawn=first.changed)
    assert titles(client, "") == ["Chorale", "La ruche", "Lettres"]
    assert get(client, f"{ITEMS}/{second.public_id}")["properties"]["also_published_by"] == []


AROUND = (
    "",
    "near=50.4542,3.9523",
    "near=50.4542,3.9523&radius=900",
    "bbox=3.9,50.4,3.97,50.5",
    "near=50.6,3.95&radius=20000",
)
ALSO = ("", "duplicates=all", "theme=food", "kind=initiative", "precision=commune,remote", "q=ruche")


@pytest.mark.parametrize(("around", "also"), list(product(AROUND, ALSO)))
@pytest.mark.usefixtures("twins")
def test_counts_pages_points_and_files_agree(client: Client, around: str, also: str) -> None:
    question = "&".join(filter(None, (around, also)))
    answer = get(client, f"{ITEMS}?{question}")
    points = get(client, f"/api/collections/all/points?{question}")
    rows = list(csv.DictReader(io.StringIO(client.get(f"{ITEMS}?{question}&f=csv").getvalue().decode("utf-8-sig"))))
    ids = [feature["id"] for feature in answer["features"]]
    assert len(set(ids)) == answer["numberMatched"] == points["matched"] == len(rows) == len(ids)
    assert [row["id"] for row in rows] == ids
    assert points["located"] == len(points["points"]["id"])
    assert points["areal"] == sum(sum(area["counts"].values()) for area in points["areas"])
    beside = Results(Query.strict(QueryDict(question)))
    for precision in PLACELESS:
        assert points[precision] == len(beside.beside(precision, 0, 100))


@pytest.mark.parametrize("question", ["", "near=50.4542,3.9523&radius=900", "duplicates=all"])
@pytest.mark.usefixtures("twins")
def test_a_facet_gives_as_many_as_it_says(question: str) -> None:
    query = Query.strict(QueryDict(question))
    for choice in facets.themes(query):
        asked = Query.strict(QueryDict(f"{question}&theme={choice.value}"))
        assert choice.count == Results(asked).matched, choice.value
    assert {choice.value for choice in facets.themes(query)} == set(Theme)


@pytest.mark.usefixtures("twins")
def test_pages_of_one_item_give_each_thing_once(client: Client) -> None:
    found, address = [], f"{ITEMS}?limit=1&near=50.45,3.95"
    while address:
        page = get(client, address)
        found += [feature["properties"]["title"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert found == ["Ruche", "Chorale", "Lettres"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _ in range(number):
        same.decide(make_activity(), make_activity(), same=True)
    with django_assert_num_queries(0):
        get(client, ITEMS)
