"""Socrata: pages in the order of ids, caps, places of every kind, catalogues, and recorded answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Portal
from harvesters.protocols import socrata
from harvesters.reading import Row
from tests.harvesters.emulator import client_of, read_served, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "socrata"
ID = "2z5v-ecg8"
COLUMNS = [{"fieldName": "nom", "dataTypeName": "text"}, {"fieldName": "lieu", "dataTypeName": "location"}]
POINT = {"type": "Point", "coordinates": [4.35, 50.85]}


class Server:
    """A portal with one dataset of `total` records, and the ways of those that exist."""

    def __init__(self, total: int = 25, **ways: Any) -> None:
        self.total, self.ways = total, ways

    def __call__(self, path: str, asked: dict[str, str]) -> Any:
        if path == f"/resource/{ID}.json":
            return self.records(asked)
        if path == f"/api/views/{ID}.json" and self.ways.get("describes", True):
            licence = {"name": "ODbL"}
            return {"id": ID, "name": "Lieux", "columns": COLUMNS, "license": licence, "rowsUpdatedAt": 1_700_000_000}
        if path == "/api/catalog/v1":
            return self.catalogue(int(asked.get("offset", 0)))
        return json_reply({"error": True, "message": "not found"}, 404)

    def records(self, asked: dict[str, str]) -> Any:
        if asked["$select"] == "count(*)":
            return [{"count": str(self.total)}] if self.ways.get("counts", True) else []
        if asked["$select"] == ":*,*" and self.ways.get("refuses_ids"):
            return json_reply({"message": "Unrecognized column :*"}, 400)
        start = 0 if self.ways.get("loops") else int(asked["$offset"])
        limit = min(int(asked["$limit"]), self.ways.get("caps", 50_000))
        found = [self.record(number) for number in range(self.total)][start : start + limit]
        return found if asked["$order"] == ":id" else found[::-1]

    def record(self, number: int) -> dict[str, Any]:
        system = {} if self.ways.get("refuses_ids") else {":id": f"row-é{number}"}
        return system | {"nom": f"Lieu {number}", "lieu": {"latitude": "50.5", "longitude": str(number / 100)}}

    def catalogue(self, offset: int) -> Any:
        kinds = ["dataset", "chart", "dataset"]
        results = [{"resource": {"id": f"{'abc'[n]}aaa-1111", "name": f"Jeu {n}", "type": kinds[n]}} for n in range(3)]
        return {"resultSetSize": 3, "results": results[offset : offset + 2]}


@pytest.mark.parametrize("ways", [
    {}, {"counts": False}, {"caps": 10}, {"refuses_ids": True}, {"refuses_ids": True, "caps": 10}, {"describes": False},
])  # fmt: skip
@pytest.mark.parametrize(
    "path", [f"/d/{ID}", f"/Culture/Lieux-de-vie/{ID}/about_data", f"/resource/{ID}.json?$limit=5"]
)
def test_everything_comes_in_whatever_pages(path: str, ways: dict[str, Any]) -> None:
    rows, reading = read_served("socrata", Server(**ways), path)
    assert [row.data["nom"] for row in rows] == [f"Lieu {number}" for number in range(25)]
    assert (reading.why_not, rows[3].geometry) == ("", {"type": "Point", "coordinates": [0.03, 50.5]})


def test_a_record_keeps_its_id_and_its_text() -> None:
    rows, _ = read_served("socrata", Server(1), dataset=ID)
    assert rows[0].data == {
        ":id": "row-é0", "nom": "Lieu 0", "lieu": {"latitude": "50.5", "longitude": "0.0"}, "_id": "row-é0",
        "_dataset_title": "Lieux", "_dataset_licence": "ODbL", "_dataset_modified": "2023-11-14T22:13:20+00:00",
    }  # fmt: skip


def test_a_portal_that_repeats_itself_is_never_complete() -> None:
    rows, reading = read_served("socrata", Server(loops=True, caps=10), dataset=ID)
    assert (len(rows), reading.complete) == (10, False)
    assert reading.why_not.startswith("The portal gave the same records twice, from record 11 on.")


def test_a_look_at_the_first_asks_for_no_more() -> None:
    rows, reading = read_served("socrata", Server(), dataset=ID, limit=4)
    assert (len(rows), reading.why_not) == (4, "Only the first 4 of 25 records were asked for.")


def test_the_token_is_sent_as_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PortalError, match="PARAGES_KEY_SEATTLE is not set"):
        read_served("socrata", Server(), dataset=ID, key_env="PARAGES_KEY_SEATTLE")
    monkeypatch.setenv("PARAGES_KEY_SEATTLE", "a-token-of-ours")
    assert len(read_served("socrata", Server(), dataset=ID, key_env="PARAGES_KEY_SEATTLE")[0]) == 25


@pytest.mark.parametrize(("options", "code"), [({}, "bad-option"), ({"dataset": "zzzz-9999"}, "http-status")])
def test_what_is_no_dataset_is_named(options: dict[str, str], code: str) -> None:
    with pytest.raises(PortalError) as error:
        read_served("socrata", Server(), "/browse", **options)
    assert error.value.code == code


@pytest.mark.parametrize(("value", "geometry"), [
    (POINT, POINT),
    ({"latitude": "50.85", "longitude": "4.35", "needs_recoding": False}, POINT),
    ({"type": "MultiPolygon", "coordinates": []}, None), ({"human_address": "{}"}, None), ("x", None),
    ({"latitude": None, "longitude": None}, None),
])  # fmt: skip
def test_places_of_every_kind(value: Any, geometry: Any) -> None:
    assert socrata.geometry_of(value) == geometry


def test_an_address_within_a_location_is_an_object() -> None:
    address = json.dumps({"address": "1 rue de l'Été", "city": "Mons"})
    row = socrata.Shape({}, {}).row(1, {"the_geom": POINT, "lieu": {"human_address": address}})
    assert row.data["lieu"] == {"human_address": {"address": "1 rue de l'Été", "city": "Mons"}}
    assert row.geometry == POINT


@pytest.mark.parametrize(("path", "options", "title", "evidence"), [
    (f"/d/{ID}", {"dataset": ID}, "Lieux", "it describes the dataset as Socrata does (/api/views)"),
    ("/browse?q=lieux", {}, "", "it has Socrata's catalogue (/api/catalog/v1)"),
    ("/open-data", {}, "", "it has Socrata's catalogue (/api/catalog/v1)"),
])  # fmt: skip
def test_a_portal_is_known_by_its_own_words(path: str, options: dict[str, str], title: str, evidence: str) -> None:
    with serving(Server()) as served, client_of(served) as client:
        wanted = Portal("socrata", served.url, options, title, 1.0, evidence)
        assert socrata.probe(served.url + path, client) == wanted
        assert len(served.asked) <= 3


def test_what_is_no_such_portal_is_none() -> None:
    with serving(lambda *_: json_reply({}, 404)) as served, client_of(served) as client:
        assert socrata.probe(served.url, client) is None


def test_datasets_are_listed_over_pages_and_charts_left_out() -> None:
    with serving(Server()) as served, client_of(served) as client:
        found = [(dataset.id, dataset.title, dataset.address) for dataset in socrata.datasets(served.url, client)]
        assert found == [("aaaa-1111", "Jeu 0", served.url), ("caaa-1111", "Jeu 2", served.url)]


@needs_real_files
def test_recorded_pages_are_1001_records() -> None:
    pages = iter([Reply((RECORDED / f"seattle-bike_counts-page-{number}.json").read_bytes()) for number in (1, 2)])

    def answers(path: str, asked: dict[str, str]) -> Any:
        if "$order" in asked:
            return next(pages, [])
        return [{"count": "1001"}] if asked else {}

    rows, reading = read_served("socrata", answers, f"/d/{ID}", page_size=1000)
    assert (len(rows), reading.announced, reading.complete) == (1001, 1001, True)


@needs_real_files
def test_a_recorded_catalogue_is_seven_datasets() -> None:
    page = json.loads((RECORDED / "boston-catalog-get_datasets.json").read_text())
    with serving(lambda *_: page) as served, client_of(served) as client:
        found = list(socrata.datasets(served.url, client))
    assert (len(found), found[0].address, found[0].licence) == (
        7, "https://data.cityofboston.gov", "Creative Commons Attribution 3.0 Unported",
    )  # fmt: skip


Names = st.sampled_from(["type", "coordinates", "latitude", "longitude", "human_address", ":id", "the_geom"])
Anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(Names | st.text(max_size=5), inner, max_size=3),
)


@given(Anything, Anything)
def test_any_record_is_a_row(record: Any, description: Any) -> None:
    row = socrata.Shape({"columns": description}, {}).row(1, record)
    assert isinstance(row, Row)
    assert bool(row.problem) != isinstance(record, dict)
    assert row.geometry is None or "type" in row.geometry
