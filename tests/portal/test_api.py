import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.gis.geos import MultiPoint, Point
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import same
from portal.api import paging
from portal.models import Activity
from portal.read.order import After
from portal.vocabularies import Kind, Precision, Status
from tests.factories import MONS, make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
ITEMS = "/api/collections/all/items"


def get(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.content
    return json.loads(response.content, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def csv_rows(client: Client, address: str) -> list[dict[str, str]]:
    content = client.get(address).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_a_feature_is_what_was_promised(client: Client) -> None:
    source = make_source(
        slug="mons", uid="https://opendata.example/dataset/1", title="Missions de Mons", kind=Kind.MISSION
    )
    mission = make_activity(
        source=source,
        source_record_id="42",
        title="Repas du samedi",
        themes=["solidarity"],
        themes_source=["solidarite-insertion"],
        organisation="Les Voisins",
        address="1 Grand-Place",
        postal_code="7000",
        status=Status.OPEN,
        places=5,
        starts=datetime(2026, 11, 28, 8, tzinfo=UTC),
        ends=datetime(2026, 11, 28, 11, tzinfo=UTC),
    )
    twin_source = make_source(
        slug="soignies",
        uid="https://autre.example/",
        title="Bénévolat à Soignies",
        licence="CC0 1.0",
        kind=Kind.MISSION,
    )
    twin = make_activity(
        source=twin_source, source_record_id="7", title="REPAS", source_url="https://autre.example/fiche/7"
    )
    same.decide(mission, twin, same=True)
    promise = json.loads((settings.BASE_DIR / "fixtures/feature.json").read_text("utf-8"))
    assert get(client, ITEMS)["features"] == [promise]
    item = get(client, f"{ITEMS}/{promise['id']}")
    assert {key: item[key] for key in promise} == promise


def test_items_come_by_distance_with_their_metres(client: Client) -> None:
    make_activity(title="loin", geometry=Point(4.3, 50.8, srid=4326))
    make_activity(title="près")
    features = get(client, f"{ITEMS}?near=50.4542,3.9523&radius=100000")["features"]
    assert [(f["properties"]["title"], f["properties"]["distance_m"]) for f in features] == [
        ("près", 0.0),
        ("loin", 45661.9),
    ]


def test_an_areal_item_is_its_area_and_has_no_distance(client: Client) -> None:
    area = make_area(code="be-53053", name="Mons")
    make_activity(precision=Precision.CITYWIDE, area=area)
    (feature,) = get(client, f"{ITEMS}?near=50.4542,3.9523&radius=1000")["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"]["area_code"] == "be-53053"
    assert "distance_m" not in feature["properties"]


@pytest.mark.parametrize("asked", ["limit=3", "limit=3&near=50.45,3.95", "limit=1&kind=initiative"])
def test_next_links_give_every_item_once(client: Client, asked: str) -> None:
    source = make_source()
    for number in range(7):
        make_activity(source=source, geometry=Point(3.9 + number // 2 / 10, 50.4, srid=4326))
    make_activity(source=source, precision=Precision.CITYWIDE, area=make_area())
    make_activity(source=source, precision=Precision.UNKNOWN)
    seen: list[str] = []
    address = f"{ITEMS}?{asked}"
    while address:
        page = get(client, address)
        assert page.get("numberMatched") == (None if seen else 9), "it is counted once, for the first page"
        assert get(client, f"{address}&count=true")["numberMatched"] == 9
        seen += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
    assert sorted(seen) == sorted(str(key) for key in Activity.objects.values_list("public_id", flat=True))


def test_offset_is_read_too(client: Client) -> None:
    for _ in range(3):
        make_activity()
    all_ids = [feature["id"] for feature in get(client, ITEMS)["features"]]
    assert [feature["id"] for feature in get(client, f"{ITEMS}?offset=1&limit=1")["features"]] == all_ids[1:2]


def test_a_limit_above_the_maximum_is_the_maximum(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        make_activity()
    monkeypatch.setattr(paging, "LIMIT_MAX", 2)
    page = get(client, f"{ITEMS}?limit=99999")
    assert (page["numberReturned"], page["numberMatched"]) == (2, 3)


def test_next_links_keep_repeated_parameters(client: Client) -> None:
    for kind in (Kind.MISSION, Kind.PROJECT):
        make_activity(kind=kind)
    first = get(client, f"{ITEMS}?kind=mission&kind=project&limit=1")
    (following,) = [link["href"] for link in first["links"] if link["rel"] == "next"]
    assert get(client, following)["numberReturned"] == 1


def test_collections_are_kinds(client: Client) -> None:
    make_activity(kind=Kind.MISSION, title="mission")
    make_activity(kind=Kind.PROJECT, title="projet")
    features = get(client, "/api/collections/projects/items")["features"]
    assert [feature["properties"]["title"] for feature in features] == ["projet"]
    assert get(client, "/api/collections/projects/items?kind=mission")["numberMatched"] == 0


@pytest.mark.parametrize(
    ("order", "value"),
    [("distance", "1_0"), ("starts", "2026-W48-6"), ("starts", "20261130"), ("changed", "20261130T10")],
)
def test_a_cursor_says_a_number_or_a_moment_in_any_way_that_is_read(client: Client, order: str, value: str) -> None:
    make_activity()
    cursor = paging.encoded(After(0, value, "00000000-0000-4000-8000-000000000000"), order)
    asked = f"sort={order}&near=50.45,3.95&cursor={cursor}"
    assert get(client, f"{ITEMS}?{asked}")["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("radius=5", "radius"),
        ("near=nan,nan", "near"),
        ("bbox=nan,nan,nan,nan", "bbox"),
        ("near=inf,inf", "near"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1e3", "limit"),
        ("offset=x", "offset"),
        ("cursor=x", "cursor"),
        ("cursor=W10", "cursor"),
        ("f=csv&limit=abc", "limit"),
        ("f=xls", "f"),
        ("utm_source=x", "utm_source"),
        ("q=%00", "q"),
        ("kind=%27%20OR%201=1", "kind"),
    ],
)
def test_what_is_not_understood_is_a_problem_that_names_it(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"{ITEMS}?{query}")
    body = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert body["parameter"] == parameter
    assert body["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/collections/events/items",
        f"{ITEMS}/11111111-1111-5111-8111-111111111111",
        f"{ITEMS}/x",
        "/api/x",
        "/api//",
    ],
)
def test_what_is_not_there_is_a_problem_too(client: Client, address: str) -> None:
    assert get(client, address, 404)["status"] == 404


def test_only_reading_is_allowed(client: Client) -> None:
    response = client.post(ITEMS)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_withdrawn_item_is_gone_and_says_by_whom(client: Client) -> None:
    activity = make_activity(title="Ancien", withdrawn=datetime(2026, 1, 2, tzinfo=UTC))
    body = get(client, f"{ITEMS}/{activity.public_id}", 410)
    assert "Ancien" in body["detail"]
    assert "2026-01-02" in body["detail"]


def test_csv_has_the_same_items_and_columns(client: Client) -> None:
    make_activity(title="près", skills=["lire", "écrire"])
    make_activity(title="toute la ville", precision=Precision.CITYWIDE, area=make_area())
    rows = csv_rows(client, f"{ITEMS}?f=csv&near=50.4542,3.9523&radius=1000")
    assert [(row["title"], row["lat"], row["distance_m"]) for row in rows] == [
        ("près", "50.4542", "0.0"),
        ("toute la ville", "", ""),
    ]
    assert rows[0]["skills"] == "lire; écrire"


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_csv_cells_are_never_formulas(client: Client, title: str) -> None:
    make_activity(title=title)
    (row,) = csv_rows(client, f"{ITEMS}?f=csv")
    assert row["title"] == f"'{title}"


def test_points_hold_every_address_and_every_area_once(client: Client) -> None:
    source = make_source(kind=Kind.MISSION)
    make_activity(source=source, geometry=MultiPoint(MONS, Point(4, 50, srid=4326)), title="deux adresses")
    area = make_area(code="be-53053", name="Mons")
    for _ in range(2):
        make_activity(source=source, precision=Precision.CITYWIDE, area=area)
    make_activity(source=source, precision=Precision.REMOTE)
    answer = get(client, "/api/collections/all/points")
    counts = [answer[name] for name in ("matched", "located", "areal", "remote", "unknown")]
    assert counts == [4, 1, 2, 1, 0]
    assert answer["points"]["lon"] == [3.9523, 4.0]
    assert answer["points"]["title"] == ["deux adresses"] * 2
    ((code, area_counts),) = [(area["code"], area["counts"]) for area in answer["areas"]]
    assert (code, area_counts) == ("be-53053", {"initiative": 0, "project": 0, "mission": 2})


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [(ITEMS, 0), ("/api/collections/all/points", 1)])
def test_the_number_of_queries_does_not_grow(
    django_assert_num_queries: DjangoAssertNumQueries, number: int, address: str, queries: int
) -> None:
    area = make_area()
    for _ in range(number):
        make_activity(precision=Precision.CITYWIDE, area=area)
    with django_assert_num_queries(queries):
        get(Client(), address)


def test_any_origin_may_read(client: Client) -> None:
    response = client.get(ITEMS)
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies


def test_of_namesakes_the_one_where_something_goes_on_comes_first(client: Client) -> None:
    far, here = Point(-3.0, 44.0, srid=4326), Point(5.0, 46.0, srid=4326)
    for name, centre in (("loin", far), ("ici", here)):
        make_area(name="Vieuxpont", centre=centre, code=f"zz-{name}", population=500)
    for _number in range(5):
        make_activity(geometry=here)
    told = get(client, "/api/places?q=vieuxp")["places"]
    assert [place["code"] for place in told] == ["zz-ici", "zz-loin"]
