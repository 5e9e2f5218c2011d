"""Opendatasoft's three APIs: portals found and listed by any of their pages, and read in the version that answers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from harvesters.catalogues.opendatasoft import VERSIONS, dataset_told, portal_of
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols.opendatasoft import datasets, probe
from tests.harvesters.emulator import client_of, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_protocol_ckan_portals import JSON_VALUES

RECORDED = DATA / "portal_responses" / "opendatasoft"
FIELDS = [{"name": "id", "type": "int"}, {"name": "geo_point_2d", "type": "geo_point_2d"}]
METAS = {"title": "Lieux", "license": "ODbL", "records_count": 250, "publisher": "Ville", "keyword": ["vélo"]}
MONS = {"type": "Point", "coordinates": [3.95, 50.45]}


class OdsPortal:
    """One API of the three, over `count` records; `lies` overrides what it says of their number."""

    def __init__(self, version: str, count: int = 250, lies: int | None = None, **behaviour: Any) -> None:
        self.version, self.count, self.behaviour = version, count, behaviour
        self.total = count if lies is None else lies
        self.names = [f"lieux-{number:03}" for number in range(behaviour.get("datasets", 1))]

    def __call__(self, path: str, asked: dict[str, str]) -> Reply | None:
        if self.version == "1":
            return self.v1(path, asked)
        root = {"2.1": "/api/explore/v2.1/catalog/datasets", "2": "/api/v2/catalog/datasets"}[self.version]
        name, _, what = path.removeprefix(root).strip("/").partition("/")
        if not path.startswith(root) or (name and name not in self.names):
            return json_reply({"message": "nothing here"}, 404) if path.startswith("/api") else None
        return self.v2(name, what, asked)

    def v2(self, name: str, what: str, asked: dict[str, str]) -> Reply | None:
        wraps = self.version == "2"
        if what.startswith("exports/"):
            is_json = what.endswith("/json") and wraps
            return json_reply([self.fields(n) for n in range(self.count)]) if is_json else self.jsonl(wraps)
        if what == "records":
            records = [self.fields(number) for number in self.window(asked, "offset", "limit")]
            wrapped = [{"record": {"id": f"r{one['id']}", "fields": one}} for one in records]
            return json_reply(
                {"total_count": self.total, "records" if wraps else "results": wrapped if wraps else records}
            )
        told = [{"dataset_id": one, "fields": FIELDS, "metas": {"default": METAS}} for one in self.names]
        told = [{"dataset": one} for one in told] if wraps else told
        if name:
            return json_reply(told[self.names.index(name)])
        page = told[int(asked.get("offset", 0)) :][: int(asked["limit"])]
        return json_reply({"total_count": len(told), "datasets" if wraps else "results": page})

    def v1(self, path: str, asked: dict[str, str]) -> Reply | None:
        if path.startswith("/api/records/1.0/"):
            numbers = self.window(asked, "start", "rows") if "search" in path else range(self.count)
            records = [{"recordid": f"r{n}", "geometry": MONS, "fields": self.fields(n)} for n in numbers]
            return json_reply({"nhits": self.total, "records": records} if "search" in path else records)
        told = [{"datasetid": one, "fields": FIELDS, "metas": METAS} for one in self.names]
        if path == "/api/datasets/1.0/search/":
            return json_reply(
                {"nhits": len(told), "datasets": told[int(asked.get("start", 0)) :][: int(asked["rows"])]}
            )
        name = path.removeprefix("/api/datasets/1.0/").strip("/")
        return json_reply(told[self.names.index(name)]) if name in self.names else None

    def fields(self, number: int) -> dict[str, Any]:
        point = [50.45, 3.95] if self.version == "1" else {"lon": 3.95, "lat": 50.45}
        return {"id": number, "geo_point_2d": point}

    def window(self, asked: dict[str, str], start: str, size: str) -> range:
        first = 0 if self.behaviour.get("is_stuck") else int(asked[start])
        return range(first, min(first + int(asked[size]), self.count))

    def jsonl(self, is_missing: bool) -> Reply:
        lines = "".join(json.dumps(self.fields(number)) + "\n" for number in range(self.count))
        return json_reply({"message": "Unknown format"}, 404) if is_missing else Reply(lines.encode())


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://data.mons.example", ("https://data.mons.example", "")),
        ("https://data.mons.example/explore/?sort=modified", ("https://data.mons.example", "")),
        ("https://data.mons.example/explore/dataset/lieux/table/?q=a", ("https://data.mons.example", "lieux")),
        ("https://data.mons.example/explore/dataset/lieux/", ("https://data.mons.example", "lieux")),
        ("https://data.mons.example/pages/accueil/", ("https://data.mons.example", "")),
        ("https://data.mons.example/api/explore/v2.1/catalog/datasets/lieux", ("https://data.mons.example", "lieux")),
        ("https://data.mons.example/api/v2/catalog/datasets/lieux/records", ("https://data.mons.example", "lieux")),
        ("https://data.mons.example/api/records/1.0/search/?dataset=lieux", ("https://data.mons.example", "lieux")),
        ("https://data.mons.example/api/datasets/1.0/search/?rows=1", ("https://data.mons.example", "")),
        ("http://127.0.0.1:1/paris/explore/dataset/lieux/", ("http://127.0.0.1:1/paris", "lieux")),
    ],
)
def test_any_page_names_its_portal(address: str, place: tuple[str, str]) -> None:
    assert portal_of(address) == place


@pytest.mark.parametrize("version", ["2.1", "2", "1"])
def test_a_portal_is_recognised_in_any_version(version: str) -> None:
    with serving(OdsPortal(version)) as server, client_of(server) as client:
        expected = Portal("opendatasoft", server.url, {"dataset": "x"}, "", 1.0, f"its API v{version} answers")
        assert probe(server.url + "/explore/dataset/x/", client) == expected
        assert len(server.asked) <= 3


@pytest.mark.parametrize("version", ["2.1", "2"])
def test_any_other_page_leads_to_the_root_of_its_host(version: str) -> None:
    with serving(OdsPortal(version)) as server, client_of(server) as client:
        found = probe(server.url + "/a-propos/nous/", client)
    assert found is not None
    assert (found.address, found.options, len(server.asked) <= 3) == (server.url, {}, True)


@pytest.mark.parametrize("reply", [None, json_reply({}), json_reply({"total_count": 3}), Reply(b"<html>")])
def test_what_is_no_such_portal_is_not_taken_for_one(reply: Reply | None) -> None:
    with serving(lambda *_: reply) as server, client_of(server) as client:
        assert probe(server.url, client) is None


@pytest.mark.parametrize("version", ["2.1", "2", "1"])
def test_datasets_are_listed_with_what_a_source_needs(version: str) -> None:
    with serving(OdsPortal(version, datasets=230)) as server, client_of(server) as client:
        found = list(datasets(server.url, client))
        assert replace(found[7], page="") == Dataset(
            id="lieux-007", title="Lieux", protocol="opendatasoft", address=server.url,
            options={"dataset": "lieux-007"}, keywords=("vélo",), publisher="Ville", licence="ODbL", records=250,
            formats=("jsonl", "csv", "geojson"),
        )  # fmt: skip
        assert [one.id for one in found] == [f"lieux-{number:03}" for number in range(230)]


@pytest.mark.parametrize("version", ["2.1", "2", "1"])
@pytest.mark.parametrize("via", ["export", "records"])
@pytest.mark.parametrize("named", [True, False])
def test_records_are_read_in_any_version(version: str, via: str, named: bool) -> None:
    options = {"version": version} if named else {}
    with serving(OdsPortal(version)) as server:
        rows, reading = read_all("opendatasoft", server, dataset="lieux-000", via=via, **options)
    assert ([row.data["id"] for row in rows], reading.complete) == (list(range(250)), True)
    assert (rows[0].geometry, rows[0].data["_dataset_title"]) == (MONS, "Lieux")


@pytest.mark.parametrize("version", ["2.1", "2", "1"])
@pytest.mark.parametrize("via", ["export", "records"])
def test_a_count_that_does_not_come_is_partial(version: str, via: str) -> None:
    with serving(OdsPortal(version, lies=300)) as server:
        _, reading = read_all("opendatasoft", server, dataset="lieux-000", via=via)
    assert reading.why_not == "The portal announced 300 records and 250 came."


@pytest.mark.parametrize("version", ["2.1", "2", "1"])
def test_pages_that_repeat_are_stopped(version: str) -> None:
    with serving(OdsPortal(version, is_stuck=True)) as server:
        rows, reading = read_all("opendatasoft", server, dataset="lieux-000", via="records")
    assert (len(rows), "the same page twice" in reading.why_not) == (100, True)


def test_filters_go_by_the_names_of_their_version() -> None:
    with serving(OdsPortal("1")) as server:
        read_all("opendatasoft", server, dataset="lieux-000", version="1", refine='ville:"Mons"', where="parc")
    assert "/api/records/1.0/download/?dataset=lieux-000&format=json&timezone=UTC&q=parc&rows=-1&refine.ville=Mons" in [
        asked.url.replace("%22", "") for asked in server.asked
    ]


def test_a_version_that_is_not_known_is_named() -> None:
    with serving(OdsPortal("1")) as server, pytest.raises(PortalError, match=r"one of: 2\.1, 2, 1"):
        read_all("opendatasoft", server, dataset="lieux-000", version="3")


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_whatever_a_portal_says_of_a_dataset_is_read_as_text(name: Any, metas: Any, fields: Any) -> None:
    told = dataset_told(
        {"dataset_id": name, "metas": {"default": metas}, "fields": fields, "features": fields}, "https://a"
    )
    assert told is None or (bool(told.id) and isinstance(told.title, str) and isinstance(told.licence, str))


def recorded(name: str) -> Any:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


@needs_real_files
@pytest.mark.parametrize(
    ("name", "version", "count"),
    [
        ("v1-datasets-search-etalab-sandbox.json", "1", 4),  # it says 3
        ("campbelltown-datasets.json", "2", 6),
        ("campbelltown-v2.1-shaped-datasets.json", "2.1", 6),
    ],
)
def test_recorded_catalogues_are_read_unchanged(name: str, version: str, count: int) -> None:
    path = next(one.datasets for one in VERSIONS if one.name == version)
    body = (RECORDED / name).read_bytes()
    with serving(lambda asked, _: Reply(body) if asked == path else None) as server, client_of(server) as client:
        found = list(datasets(server.url, client))
    assert (len(found), len({one.id for one in found}), all(one.title for one in found)) == (count, count, True)


@needs_real_files
@pytest.mark.parametrize(
    ("name", "version", "came", "announced", "placed"),
    [
        ("gent-v1-records-garages.json", "1", 2, 12, 2),
        ("gent-v1-records-partago.json", "1", 5, 116, 5),
        ("campbelltown-weather-station-100.json", "2", 100, 29307, 100),
        ("campbelltown-v2.1-shaped-records.json", "2.1", 100, 29307, 100),
    ],
)
def test_recorded_pages_are_read_unchanged(name: str, version: str, came: int, announced: int, placed: int) -> None:
    """The first page of each; the emulator has no second, so the reading says that it is a part."""
    api = next(one for one in VERSIONS if one.name == version)
    station = recorded("campbelltown-weather-station-dataset.json")
    description = {"2": station, "2.1": station["dataset"], "1": {"datasetid": "x", "fields": []}}[version]
    page = recorded(name)
    rest = {key: [] if key in ("records", "results") else value for key, value in page.items()}

    def answers(path: str, asked: dict[str, str]) -> Reply | None:
        if path == api.records.partition("?")[0].format(id="x"):
            is_first = asked.get("offset", asked.get("start")) == "0"
            return json_reply(page if is_first else rest)
        return json_reply(description) if path == api.dataset.format(id="x") else None

    with serving(answers) as server:
        rows, reading = read_all("opendatasoft", server, dataset="x", via="records", version=version)
    assert (len(rows), sum(row.geometry is not None for row in rows), reading.announced) == (came, placed, announced)
    assert reading.why_not == f"The portal announced {announced} records and {came} came."


@needs_real_files
def test_recorded_groups_are_records_too() -> None:
    """Two groups, wrapped as v2 wraps records, without a count: the portal does not say how many there are."""
    api = next(one for one in VERSIONS if one.name == "2")
    groups = recorded("campbelltown-weather-station-groupby.json")
    found = [api.record(one) for one in api.listed(groups)]
    assert [one["num"] for one in found] == [23718, 5589]


@needs_real_files
def test_the_recorded_description_is_told_as_the_newest_api_would() -> None:
    api = next(one for one in VERSIONS if one.name == "2")
    told = dataset_told(api.described(recorded("campbelltown-weather-station-dataset.json")), "https://a.example")
    assert told is not None
    assert (told.id, told.records, "geojson" in told.formats) == ("weather-stations", 100, True)
