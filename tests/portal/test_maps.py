"""What the map asks for: all clusters together are the count of what is located, at every zoom and filter."""

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import GeometryCollection, LineString, MultiPoint, Point, Polygon
from django.db import connection
from django.test import Client

from portal import read
from portal.models import Activity, Cluster, Membership
from portal.query import Query
from portal.read import clusters
from portal.read.where import Where
from portal.vocabularies import Kind, Precision, Status, Theme
from tests.factories import make_activity, make_area, make_source

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 28, 8, tzinfo=UTC)
FILTERS = ("", "kind=mission", "kind=mission,project", "theme=sport", "theme=sport,food", "status=open",
           "when=2026-11-20/2026-12-10", "duplicates=all", "kind=project&theme=culture&duplicates=all")  # fmt: skip


def get(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.fixture
def scattered() -> None:
    """Some 150 items around Mons and at the edges of the world: points, several addresses, lines, areas, duplicates."""
    dice = random.Random(3)
    sources = {kind: make_source(kind=kind) for kind in Kind}
    area = make_area()
    for number in range(120):
        kind = dice.choice(list(Kind))
        lon, lat = dice.gauss(3.95, 0.5), dice.gauss(50.45, 0.3)
        place: Any = Point(lon, lat, srid=4326)
        if number % 10 == 0:
            place = MultiPoint(place, Point(lon + dice.gauss(0, 0.3), lat, srid=4326), srid=4326)
        elif number % 15 == 1:
            place = LineString((lon, lat), (lon + 0.1, lat + 0.1), srid=4326)
        _make(dice, sources[kind], kind, geometry=place)
    for lon, lat in ((179.9, -17), (-179.9, -17.2), (0, 89.99), (0, -90), (-180, 0), (180, 0)):
        _make(dice, sources[Kind.PROJECT], Kind.PROJECT, geometry=Point(lon, lat, srid=4326))
    both_sides = MultiPoint(Point(179.95, 1), Point(-179.95, 1), srid=4326)
    overlapping = GeometryCollection(Polygon.from_bbox((3.8, 50.3, 4, 50.5)), Polygon.from_bbox((3.9, 50.4, 4.2, 50.6)),
                                     srid=4326)  # fmt: skip
    for place in (both_sides, overlapping):
        _make(dice, sources[Kind.PROJECT], Kind.PROJECT, geometry=place)
    for precision in (Precision.COMMUNE, Precision.CITYWIDE):
        _make(dice, sources[Kind.PROJECT], Kind.PROJECT, precision=precision, area=area, geometry=None)
    _make(dice, sources[Kind.MISSION], Kind.MISSION, precision=Precision.REMOTE, geometry=None)
    _pair_up(dice)
    read.refresh()


def _make(dice: random.Random, source: Any, kind: Kind, **fields: Any) -> None:
    starts = DAY + timedelta(days=dice.randrange(-40, 40))
    status = {Kind.MISSION: [Status.OPEN, Status.FULL], Kind.PROJECT: [Status.WORKS]}.get(kind, [Status.ACTIVE])
    themes = dice.sample(["sport", "food", "culture"], dice.randrange(1, 3))
    make_activity(source=source, kind=kind, themes=themes, starts=starts, ends=starts + timedelta(days=3),
                  status=dice.choice(status), **fields)  # fmt: skip


def _pair_up(dice: random.Random) -> None:
    ids = list(Activity.objects.filter(precision=Precision.EXACT).values_list("pk", flat=True))
    sides = [Activity.objects.get(geometry__equals=Point(lon, 0, srid=4326)).pk for lon in (-180, 180)]
    ids = [pk for pk in ids if pk not in sides]
    dice.shuffle(ids)
    near_and_far = list(zip(ids[:20:2], ids[1:20:2], strict=True))
    beside = Activity.objects.filter(geometry=None).values_list("pk", flat=True)
    without_a_place = list(zip(ids[20:], beside, strict=False))
    for left, right in [*near_and_far, *without_a_place, sides]:
        cluster = Cluster.objects.create()
        Membership.objects.bulk_create(
            [Membership(activity_id=pk, cluster=cluster, place=place) for place, pk in enumerate((left, right))]
        )


@pytest.mark.parametrize("question", FILTERS)
@pytest.mark.usefixtures("scattered")
def test_the_sum_of_the_clusters_is_the_count_of_the_view(client: Client, question: str) -> None:
    dice = random.Random(question)
    for zoom in range(14):
        west, south = round(dice.uniform(3, 4.5), 4), round(dice.uniform(50, 50.8), 4)
        for box in (f"{west},{south},{west + 0.7:.4f},{south + 0.4:.4f}", "170,-40,-170,40", "-180,-90,180,90"):
            asked = f"bbox={box}&{question}"
            told = get(client, f"/api/collections/all/clusters?{asked}&zoom={zoom}")
            counted = get(client, f"/api/collections/all/points?{asked}")["located"]
            assert told["located"] == counted, (asked, zoom)
            assert sum(sum(one["kinds"]) for one in told["clusters"]) == counted


@pytest.mark.parametrize("question", ["", "kind=mission", "theme=food", "duplicates=all"])
@pytest.mark.usefixtures("scattered")
def test_the_tiles_of_a_zoom_hold_each_single_point_once(client: Client, question: str) -> None:
    singles = "precision=exact&duplicates=all" if question == "duplicates=all" else f"precision=exact&{question}"
    plain = [feature for feature in get(client, f"/api/collections/all/items?limit=1000&{singles}")["features"]
             if feature["geometry"]["type"] == "Point"]  # fmt: skip
    tiles = [get(client, f"/api/collections/all/tiles/3/{x}/{y}.json?{question}") for x in range(8) for y in range(8)]
    ones = [feature["properties"]["n"] for tile in tiles for feature in tile["features"]]
    assert sum(ones) >= len(plain) > 30


@pytest.mark.parametrize("question", FILTERS)
@pytest.mark.usefixtures("scattered")
def test_the_tiles_of_a_zoom_hold_all_that_lies_within_one_of_them(client: Client, question: str) -> None:
    """Those that reach into several tiles stand in each of them."""
    for zoom in range(3):
        side = range(1 << zoom)
        tiles = [get(client, f"/api/collections/all/tiles/{zoom}/{x}/{y}.json?{question}") for x in side for y in side]
        sums = sum(feature["properties"]["n"] for tile in tiles for feature in tile["features"])
        counted = get(client, f"/api/collections/all/points?bbox=-180,-90,180,90&{question}")["located"]
        assert sums >= counted, (zoom, sums, counted)
        assert sums == counted or zoom > 0, (sums, counted)


@pytest.mark.usefixtures("scattered")
def test_deep_tiles_hold_the_items_themselves(client: Client) -> None:
    feature = get(client, "/api/collections/all/items?limit=1&precision=exact&bbox=3.5,50,4.5,51")["features"][0]
    lon, lat = feature["geometry"]["coordinates"]
    if isinstance(lon, list):
        lon, lat = lon
    x, y = int((lon + 180) / 360 * 2**15), _row(lat, 15)
    tile = get(client, f"/api/collections/all/tiles/15/{x}/{y}.json")
    assert feature["id"] in [one["properties"]["id"] for one in tile["features"]]
    binary = client.get(f"/api/collections/all/tiles/15/{x}/{y}.mvt")
    assert binary["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert feature["id"].encode() in binary.content


def _row(lat: float, zoom: int) -> int:
    return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)


@pytest.mark.parametrize("address", ["3/8/0", "3/0/8", "23/0/0"])
def test_a_tile_that_is_none_is_not_found(client: Client, address: str) -> None:
    assert client.get(f"/api/collections/all/tiles/{address}.json").status_code == 404


BOXES = ("3,50,4.5,50.8", "3.7,50.3,4.1,50.5", "3.2,49.6,3.9,50.4", "170,-40,-170,40", "-180,-90,180,90",
         "3.9,50.4,3.9001,50.4001")  # fmt: skip


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("collection", ["all", "projects"])
@pytest.mark.usefixtures("scattered")
def test_facets_of_a_box_give_what_their_filters_find(client: Client, box: str, collection: str) -> None:
    told = get(client, f"/api/collections/{collection}/facets?bbox={box}")
    for name, values in (("kind", Kind.values), ("theme", Theme.values), ("status", Status.values)):
        for value in values:
            asked = f"/api/collections/{collection}/points?bbox={box}&{name}={value}"
            assert told[name][value] == get(client, asked)["matched"], (box, name, value)


@pytest.mark.usefixtures("scattered")
def test_columns_hold_every_located_item_once_and_near(client: Client) -> None:
    told = get(client, "/api/collections/all/columns?kind=mission")
    ids = get(client, "/api/collections/all/columns?kind=mission&of=ids")["ids"]
    features = get(client, "/api/collections/all/items?kind=mission&limit=1000&precision=exact")["features"]
    assert sorted(ids) == sorted(feature["id"] for feature in features)
    assert told["n"] == len(ids) == len(told["lon"]) == len(told["themes"])
    places = {feature["id"]: feature["geometry"]["coordinates"] for feature in features}
    lon = lat = 0
    for key, east, north in zip(ids, told["lon"], told["lat"], strict=True):
        lon, lat = lon + east, lat + north
        if not isinstance(places[key][0], list):
            assert [lon / told["scale"], lat / told["scale"]] == pytest.approx(places[key], abs=0.00001)


def test_the_one_item_of_a_cluster_is_found_by_its_key(scattered: None) -> None:
    """Without an index each cluster of one would cost a walk over all items."""
    sql, params = clusters.in_tile(Where(Query()), 7, 65, 42)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT {clusters.IDENTIFIED} FROM ({sql}) c", params)
        assert "using read_item_pkey" in "\n".join(line for (line,) in cursor.fetchall())
