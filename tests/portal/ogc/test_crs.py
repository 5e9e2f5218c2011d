"""OGC API - Features, part 2: answers and boxes in other systems. What is right, pyproj says."""

import pytest
from django.test import Client
from pyproj import Transformer

from portal.models import Activity
from tests.portal.ogc.reading import CONF, ITEMS, get, titles

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SYSTEMS = [f"{EPSG}{code}" for code in (4326, 3857, 2154, 31370, 3812)]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("items")]


def authority(uri: str) -> Transformer:
    """From CRS84 to that system with its authority's axes."""
    return Transformer.from_crs("OGC:CRS84", "EPSG:" + uri.rpartition("/")[2])


def test_the_collections_name_the_systems(client: Client) -> None:
    assert f"{CONF}ogcapi-features-2/1.0/conf/crs" in get(client, "/api/conformance")["conformsTo"]
    for collection in get(client, "/api/collections")["collections"]:
        assert collection["crs"] == [CRS84, *SYSTEMS]
        assert collection["storageCrs"] == CRS84


@pytest.mark.parametrize("uri", SYSTEMS)
def test_items_come_in_the_system_asked_for(client: Client, items: dict[str, Activity], uri: str) -> None:
    response = client.get(f"{ITEMS}?crs={uri}")
    assert response["Content-Crs"] == f"<{uri}>"
    places = {one["properties"]["title"]: one["geometry"] for one in response.json()["features"]}
    to = authority(uri)
    tolerance = 1e-9 if uri == SYSTEMS[0] else 0.001
    expected = to.transform(2.3522, 48.8566)
    assert places["Verger"]["coordinates"] == pytest.approx(expected, abs=tolerance, rel=0)
    assert places["Maraude"]["coordinates"][1] == pytest.approx(to.transform(4.3517, 50.8503), abs=tolerance, rel=0)
    assert places["Lieu inconnu"] is None
    single = client.get(f"{ITEMS}/{items['paris'].public_id}?crs={uri}")
    assert single["Content-Crs"] == f"<{uri}>"
    assert single.json()["geometry"] == places["Verger"]


@pytest.mark.parametrize("uri", SYSTEMS)
def test_a_box_in_another_system_finds_the_same(client: Client, uri: str) -> None:
    to = authority(uri)
    (first, second), (third, fourth) = to.transform(4.25, 50.8), to.transform(4.5, 51.3)
    box = ",".join(map(str, (first, second, third, fourth)))
    assert titles(client, f"bbox={box}&bbox-crs={uri}") == titles(client, "bbox=4.25,50.8,4.5,51.3")
    assert titles(client, f"bbox={box}&bbox-crs={uri}&crs={uri}") == {"Fietspad", "Maraude"}


def test_the_next_page_keeps_the_systems(client: Client) -> None:
    answer = get(client, f"{ITEMS}?limit=1&count=true&crs={SYSTEMS[0]}&bbox=48,2,52,5&bbox-crs={SYSTEMS[0]}")
    (following,) = [link["href"] for link in answer["links"] if link["rel"] == "next"]
    response = client.get(following)
    assert response["Content-Crs"] == f"<{SYSTEMS[0]}>"
    assert response.json()["numberMatched"] == answer["numberMatched"] == 5


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        (f"crs={EPSG}unsupported", "crs"),
        ("crs=EPSG:2154", "crs"),
        (f"bbox=1,2,3,4&bbox-crs={EPSG}unsupported", "bbox-crs"),
        ("bbox-crs=nonsense", "bbox-crs"),
        (f"bbox=1,2,3&bbox-crs={SYSTEMS[2]}", "bbox"),
        (f"bbox=5,2,3,4&bbox-crs={SYSTEMS[2]}", "bbox"),
        (f"f=csv&crs={SYSTEMS[2]}", "crs"),
    ],
)
def test_what_is_not_supported_is_refused(client: Client, query: str, parameter: str) -> None:
    assert get(client, f"{ITEMS}?{query}", 400)["parameter"] == parameter
