"""Searches over all the real files at once, held against two witnesses that know nothing of PostGIS."""

import gzip
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client as Browser
from pyproj import Geod
from pytest_django import DjangoDbBlocker

from harvesters.loopback import portals
from portal.models import Activity, Source
from portal.query import Query
from portal.results import Results
from portal.vocabularies import LOCATED, Kind
from tests.harvesters.real_files import DATA
from tests.harvesters.test_real_data import harvested, pytestmark

__all__ = ["pytestmark"]
WGS84 = Geod(ellps="WGS84")
SOURCES = {
    "warszawa-budzet-obywatelski-2024": "participatory_budget/warszawa-budzet-obywatelski-2024-projekty.csv",
    "warszawa-budzet-obywatelski-2022": "participatory_budget/warszawa-budzet-obywatelski-2022-projekty.csv",
    "missions-engagement": "missions/api-engagement-missions.geojson.gz",
    "transiscope": "initiatives/transiscope-presdecheznous-initiatives.jsonld.gz",
    "bruxelles-associations": "initiatives/bruxelles-associations-subventionnees-2022.json",
    "hinaura-mediation-numerique": "initiatives/lieux-mediation-numerique-hinaura.json.gz",
    "quebec-lieux-communautaires": "initiatives/quebec-lieux-publics.geojson.gz",
}
TOWNS = [(52.23, 21.01), (48.85, 2.35), (50.85, 4.35), (45.75, 4.85), (46.81, -71.21), (47.22, -1.55), (-21.1, 55.5)]


@pytest.fixture(scope="module", autouse=True)
def everything(gazetteer: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), portals(DATA) as base_url:
        for slug, path in SOURCES.items():
            harvested(slug, f"{base_url}/{path}")
        yield
        Activity.objects.all().delete()
        Source.objects.all().delete()


def spots() -> list[tuple[str, str, float, float]]:
    rows = Activity.objects.filter(precision__in=LOCATED).values_list("public_id", "kind", "geometry")
    return [(str(key), kind, place.x, place.y) for key, kind, place in rows if place is not None]


def test_order_and_distances_equal_a_brute_force_on_the_ellipsoid() -> None:
    records, dice = spots(), random.Random(7)
    for _ in range(200):
        lat, lon = dice.choice(TOWNS)
        lat, lon = round(lat + dice.gauss(0, 0.1), 5), round(lon + dice.gauss(0, 0.1), 5)
        radius_m, kind = dice.choice([500, 2_000, 10_000, 50_000]), dice.choice(list(Kind))
        query = Query.strict(QueryDict(f"near={lat},{lon}&radius={radius_m}&kind={kind}"))
        expected = sorted((WGS84.inv(lon, lat, x, y)[2], key) for key, its_kind, x, y in records if its_kind == kind)
        found = [
            (getattr(activity, "distance_m", 0.0), str(activity.public_id))
            for activity in Results(query).located(0, 100_000)
        ]
        inside = [(distance, key) for distance, key in expected if distance <= radius_m]
        assert [round(distance, 3) for distance, _key in found] == [round(distance, 3) for distance, _key in inside]
        assert sorted(key for _distance, key in found) == sorted(key for _distance, key in inside)


def test_boxes_equal_a_brute_force() -> None:
    records, dice = spots(), random.Random(8)
    for _ in range(200):
        lat, lon = dice.choice(TOWNS)
        west, south = round(lon - dice.random() / 5, 5), round(lat - dice.random() / 5, 5)
        east, north = round(west + dice.random() / 3, 5), round(south + dice.random() / 3, 5)
        results = Results(Query.strict(QueryDict(f"bbox={west},{south},{east},{north}")))
        found = {str(activity.public_id) for activity in results.located(0, 100_000)}
        assert found == {key for key, _kind, x, y in records if west <= x <= east and south <= y <= north}


def test_distances_agree_with_api_engagement_within_half_a_percent(client: Browser) -> None:
    checked = 0
    for town in json.loads(gzip.decompress((DATA / "missions/api-engagement-missions-par-ville.json.gz").read_bytes())):
        near = f"{town['query']['lat']},{town['query']['lon']}"
        answer = client.get(f"/api/collections/missions/items?near={near}&limit=1000").json()
        ours = {f["properties"]["source_record_id"]: f["properties"].get("distance_m") for f in answer["features"]}
        for mission in town["missions"]:
            theirs_km = mission["search"]["location"].get("distanceKm")
            metres = ours.get(mission["search"]["id"])
            if theirs_km and metres:
                assert metres == pytest.approx(theirs_km * 1000, rel=0.005, abs=5)
                checked += 1
    assert checked >= 140


def test_every_page_and_every_file_give_the_same_items(client: Browser) -> None:
    asked = "/api/collections/all/items?near=50.85,4.35&radius=20000"
    paged, address = [], f"{asked}&limit=70"
    while address:
        page: dict[str, Any] = client.get(address).json()
        paged += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    rows = client.get(f"{asked}&f=csv").getvalue().decode("utf-8-sig").split("\r\n")
    points = client.get(asked.replace("/items", "/points")).json()
    assert len(paged) == len(set(paged)) == page["numberMatched"] == points["matched"]
    assert [row.split(",")[0] for row in rows[1:] if row.count(",") > 20] == paged
