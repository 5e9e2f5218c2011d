"""A question asked at the API's address, answered whole in each format."""

import json

import pytest
from django.test import Client

from portal.exports import FORMATS
from portal.vocabularies import Kind, Precision
from tests.factories import SEEN, make_activity, make_area, make_source
from tests.portal.exports.readers import READERS, seen

pytestmark = pytest.mark.django_db
MISSIONS = "/api/collections/missions/items"


@pytest.fixture
def asked() -> str:
    """An address whose answer has a pin, an area and something far away, but no project."""
    source = make_source(kind=Kind.MISSION, slug="mons", licence_url="https://licence.example/")
    make_activity(source=source, title="Repas «du» samedi", starts=SEEN, themes=["food"])
    make_activity(source=source, title="toute la ville", precision=Precision.CITYWIDE, area=make_area())
    make_activity(source=source, title="ailleurs", precision=Precision.REMOTE)
    make_activity(kind=Kind.PROJECT, title="projet")
    return f"{MISSIONS}?source=mons"


@pytest.mark.parametrize("form", READERS)
def test_the_file_holds_what_the_pages_hold(client: Client, asked: str, form: str) -> None:
    features = json.loads(client.get(asked).content)["features"]
    response = client.get(f"{asked}&f={form}")
    module = FORMATS[form]
    assert response["Content-Type"] == module.MEDIA_TYPE
    assert response["Content-Disposition"] == f'attachment; filename="parages-missions{module.SUFFIX}"'
    assert response["Access-Control-Allow-Origin"] == "*"
    assert READERS[form](response.getvalue()) == seen(form, features)
    assert len(features) == 3


def test_credits_are_of_the_sources_of_the_answer(client: Client, asked: str) -> None:
    data = json.loads(client.get(f"{asked}&f=featurecollection").getvalue())
    (credit,) = data["attribution"]
    assert (credit["source"], credit["records"], credit["licence_url"]) == ("mons", 3, "https://licence.example/")
    assert data["links"][0]["href"].endswith(f"{MISSIONS}?source=mons&f=featurecollection")


@pytest.mark.parametrize("form", READERS)
def test_nothing_found_is_a_file_too(client: Client, form: str) -> None:
    assert READERS[form](client.get(f"{MISSIONS}?f={form}").getvalue()) == []


def test_distances_are_in_the_file(client: Client, asked: str) -> None:
    rows = client.get(f"{MISSIONS}?f=ndjson&near=50.4542,3.9523").getvalue().splitlines()
    assert [json.loads(row)["properties"].get("distance_m") for row in rows] == [0.0, None, None]
