"""CKAN, found and listed: probes of its pages, its datasets, its own tables, and the two kinds of DKAN."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.catalogues.ckan import ckan_entry
from harvesters.catalogues.entry import Entry
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols.ckan import datasets, probe
from tests.harvesters.emulator import LISTE, client_of, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "ckan"
PREFIX = "/api/3/action/"
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def told(number: int, **fields: Any) -> dict[str, Any]:
    file = {"id": f"r{number}", "format": "CSV", "url": "/liste.csv"}
    return {"id": f"d{number:03}", "name": f"data-{number}", "title": f"Data {number}", "resources": [file]} | fields


class CkanPortal:
    """CKAN as it pages: `cap` datasets a page whatever is asked for; `announced` may be a lie."""

    def __init__(self, count: int, cap: int = 1000, announced: int | None = None, is_stuck: bool = False) -> None:
        self.datasets = [told(number) for number in range(count)]
        self.cap, self.is_stuck = cap, is_stuck
        self.announced = count if announced is None else announced
        self.table: list[dict[str, Any]] = []

    def __call__(self, path: str, asked: dict[str, str]) -> Reply | None:
        action = getattr(self, path.rsplit("/", 1)[-1], None)
        if path == "/liste.csv":
            return LISTE
        if "/action/" not in path or action is None:
            return json_reply("Bad request: Action name not known", 400) if "/action/" in path else None
        return json_reply({"success": True, "result": action(asked)})

    def package_search(self, asked: dict[str, str]) -> Any:
        start = 0 if self.is_stuck else int(asked.get("start", 0))
        rows = min(int(asked.get("rows", 10)), self.cap)
        return {"count": self.announced, "results": self.datasets[start : start + rows]}

    def package_show(self, asked: dict[str, str]) -> Any:
        return next(one for one in self.datasets if asked["id"] in (one["id"], one["name"]))

    def status_show(self, _: dict[str, str]) -> Any:
        return {"site_title": "Données de Mons", "ckan_version": "2.11.0"}

    def datastore_search(self, asked: dict[str, str]) -> Any:
        offset = 0 if self.is_stuck else int(asked["offset"])
        records = self.table[offset : offset + min(int(asked["limit"]), self.cap)]
        return {"records": records, "total": len(self.table) if self.announced is None else self.announced}


def listed(answers: Callable[[str, dict[str, str]], Reply | None], path: str = "") -> list[Dataset]:
    with serving(answers) as portal, client_of(portal) as client:
        return [replace(one, address="", page="") for one in datasets(portal.url + path, client)]


def probed(answers: Callable[[str, dict[str, str]], Reply | None], path: str) -> tuple[Portal | None, int]:
    with serving(answers) as portal, client_of(portal) as client:
        found = probe(portal.url + path, client)
        return found and replace(found, address=found.address.removeprefix(portal.url)), len(portal.asked)


def dkan_1(path: str, asked: dict[str, str]) -> Reply | None:
    """DKAN 1: no search, lists within lists, groups for publishers."""
    portal = [told(number, groups=[{"title": "Ville"}]) for number in range(150)]
    offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 500))
    results: dict[str, Any] = {
        "package_list": [one["name"] for one in portal[:limit]],
        "current_package_list_with_resources": [portal[offset : offset + limit]],
        "package_show": [one for one in portal if asked.get("id") in (one["id"], one["name"])],
    }
    action = path.rsplit("/", 1)[-1]
    if path == "/liste.csv":
        return LISTE
    return json_reply({"success": True, "result": results[action]}) if action in results else None


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("", {}),
        ("/", {}),
        ("/dataset", {}),
        ("/dataset/", {}),
        ("/api/3/action/package_search?q=x", {}),
        ("/dataset/data-1", {"dataset": "data-1"}),
        ("/fr/dataset/data-1?x=1", {"dataset": "data-1"}),
        ("/dataset/data-1/resource/6ba7b810-9dad", {"dataset": "data-1", "resource": "6ba7b810-9dad"}),
        ("/organization/mons", {"fq": "organization:mons"}),
        ("/group/culture", {"fq": "groups:culture"}),
    ],
)
def test_a_portal_is_known_by_any_of_its_pages(path: str, options: dict[str, str]) -> None:
    portal = Portal("ckan", "", options, "Données de Mons", 1.0, "package_search answers as CKAN's does")
    assert probed(CkanPortal(1), path) == (portal, 2)


def test_a_portal_below_a_path_keeps_it() -> None:
    found, _ = probed(CkanPortal(1), "/data/dataset/data-1")
    assert found is not None
    assert (found.address, found.options) == ("/data", {"dataset": "data-1"})


@pytest.mark.parametrize(
    "reply", [None, json_reply({}), json_reply([1]), Reply(b"<!doctype html><title>Mons</title>", "text/html")]
)
def test_what_is_no_such_portal_is_not_taken_for_one(reply: Reply | None) -> None:
    assert probed(lambda *_: reply, "/") == (None, 3)


def at_root(portal: Callable[[str, dict[str, str]], Reply | None]) -> Callable[[str, dict[str, str]], Reply | None]:
    return lambda path, asked: portal(path, asked) if path.startswith(("/api", "/liste")) else None


@pytest.mark.parametrize("portal", [CkanPortal(1), dkan_1], ids=["ckan", "dkan 1"])
def test_any_other_page_leads_to_the_root_of_its_host(portal: Any) -> None:
    found, count = probed(at_root(portal), "/pages/a-propos")
    assert found is not None
    assert (found.protocol, found.address, found.options, count) == ("ckan", "", {}, 3)


def test_a_host_that_is_dead_is_an_error() -> None:
    with Client("x", ["127.0.0.1:9"]) as client, pytest.raises(PortalError):
        probe("http://127.0.0.1:9/", client)


def test_datasets_are_listed_with_what_a_source_needs() -> None:
    more = {"notes": "Où ?", "tags": [{"name": "vélo"}], "organization": {"title": "Ville"}, "license_title": "CC BY"}
    portal = CkanPortal(0, announced=1)
    portal.datasets = [told(1, **more)]
    assert listed(portal, "/dataset/") == [
        Dataset(
            "d001", "Data 1", "ckan", "", {"dataset": "d001"}, "Où ?", ("vélo",), "Ville", "CC BY", formats=("csv",)
        )
    ]  # fmt: skip


@pytest.mark.parametrize("cap", [1000, 7])
def test_every_dataset_is_listed_once_whatever_the_page_size(cap: int) -> None:
    assert [one.id for one in listed(CkanPortal(25, cap))] == [f"d{number:03}" for number in range(25)]


def test_a_search_that_is_stuck_ends() -> None:
    with pytest.raises(PortalError, match="the same page of datasets twice"):
        listed(CkanPortal(25, 7, is_stuck=True))


def test_a_search_that_lies_about_its_count_is_partial() -> None:
    with serving(CkanPortal(3, announced=9)) as portal:
        _, reading = read_all("ckan", portal)
    assert reading.why_not == "The portal announced 9 datasets and 3 came."


def test_a_search_that_shrinks_while_it_is_read_is_partial() -> None:
    portal = CkanPortal(6, cap=4)
    search = portal.package_search

    def shrinking(asked: dict[str, str]) -> Any:
        page = search(asked)
        del portal.datasets[0]
        portal.announced -= 1
        return page

    portal.package_search = shrinking  # type: ignore[method-assign]
    with serving(portal) as server:
        _, reading = read_all("ckan", server)
    assert reading.why_not == "The portal announced 6 datasets and 5 came."


def with_table(count: int, cap: int = 32_000, announced: int | None = None, **fields: Any) -> CkanPortal:
    portal = CkanPortal(0, cap, announced)
    file = {"id": "r1", "format": "PDF", "url": "/liste.pdf", "datastore_active": True} | fields
    portal.datasets = [told(1, resources=[file])]
    portal.table = [{"_id": number, "_full_text": "x", "nom": f"n{number}"} for number in range(count)]
    portal.announced = count if announced is None else announced
    return portal


@pytest.mark.parametrize("cap", [32_000, 3])
def test_a_table_is_read_where_no_file_can_be(cap: int) -> None:
    with serving(with_table(10, cap)) as portal:
        rows, reading = read_all("ckan", portal, dataset="d001")
    assert ([row.data["nom"] for row in rows], reading.complete) == ([f"n{number}" for number in range(10)], True)
    assert {name for name in rows[0].data if not name.startswith("_")} == {"nom"}


def test_a_table_is_left_alone_where_a_file_can_be_read_unless_asked_for() -> None:
    portal = with_table(5, format="CSV", url="/liste.csv")
    with serving(portal) as server:
        rows, _ = read_all("ckan", server, dataset="d001")
        table, _ = read_all("ckan", server, dataset="d001", formats=["datastore"])
    assert (len(rows), len(table)) == (2, 5)


def test_a_table_that_only_estimates_is_read_to_its_end() -> None:
    portal = with_table(10, 4)
    search = portal.datastore_search
    portal.datastore_search = lambda asked: search(asked) | {"total_was_estimated": True, "total": 3}  # type: ignore[method-assign]
    with serving(portal) as server:
        rows, reading = read_all("ckan", server, dataset="d001")
    assert (len(rows), reading.complete) == (10, True)
    assert reading.notes == ["The portal only estimates how many records its table has."]


def test_a_table_that_ends_early_is_partial() -> None:
    with serving(with_table(5, announced=8)) as portal:
        rows, reading = read_all("ckan", portal, dataset="d001")
    assert (len(rows), "announced 8 records and 5 came" in reading.why_not) == (5, True)


def test_a_table_that_repeats_its_page_ends() -> None:
    portal = with_table(10, 5)
    portal.is_stuck = True
    with serving(portal) as server:
        rows, reading = read_all("ckan", server, dataset="d001")
    assert (len(rows), "the same page twice" in reading.why_not) == (5, True)


def test_dkan_1_is_known_listed_and_read() -> None:
    assert probed(dkan_1, "/dataset/data-1")[0] == Portal(
        "ckan", "", {"dataset": "data-1"}, "", 0.9, "package_list answers as DKAN's does"
    )
    found = listed(dkan_1)
    assert (len(found), {one.publisher for one in found}) == (150, {"Ville"})
    with serving(dkan_1) as portal:
        assert len(read_all("ckan", portal, dataset="data-1")[0]) == 2


def dkan_2(path: str, asked: dict[str, str]) -> Reply | None:
    """DKAN 2: a metastore in the form of data.json."""
    items = "/api/1/metastore/schemas/dataset/items"
    files = [{"format": "csv", "downloadURL": "/liste.csv"}]
    portal = [{"identifier": f"u-{number}", "title": f"Data {number}", "distribution": files} for number in range(150)]
    offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", 500))
    replies = {
        "/api/1/metastore/schemas": json_reply({"dataset": {}, "keyword": {}}),
        items: json_reply(portal[offset : offset + limit]),
        items + "/u-3": json_reply(portal[3]),
        "/liste.csv": LISTE,
    }
    return replies.get(path)


def test_dkan_2_is_known_listed_and_read() -> None:
    assert probed(dkan_2, "/")[0] == Portal("ckan", "", {}, "", 0.9, "it has DKAN's metastore")
    assert len({one.id for one in listed(dkan_2)}) == 150
    with serving(dkan_2) as portal:
        rows, reading = read_all("ckan", portal, dataset="u-3")
    assert ([row.data["id"] for row in rows], reading.complete) == (["1", "2"], True)


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_whatever_a_dataset_says_it_is_read_as_text(title: Any, tags: Any, resources: Any) -> None:
    more = {"title": title, "name": title, "tags": tags, "organization": tags, "resources": resources}
    entry = ckan_entry({"id": 7} | more, "https://data.example.org")
    assert entry.id == "7"
    assert all(isinstance(text, str) for text in (entry.title, entry.publisher, *entry.keywords))


def recorded_entry(name: str) -> Entry:
    content = json.loads((RECORDED / name).read_text(encoding="utf-8"))
    return ckan_entry({"id": content["name"]} | content, "https://data.example.org")


@needs_real_files
@pytest.mark.parametrize("kind", ["full_dataset_dcat_ap", "dataset_multilingual"])
def test_the_recorded_examples_of_dcat_fields_are_understood(kind: str) -> None:
    """They are what is sent to CKAN, so they have no id yet."""
    entry = recorded_entry(f"ckanext-dcat-example-ckan_{kind}.json")
    assert (entry.title, len(entry.keywords) > 0, len(entry.resources)) == ("Test DCAT dataset", True, 1)


@needs_real_files
def test_the_recorded_portal_answers_each_of_its_eight_requests() -> None:
    """DataSud: one search of seven datasets and each of them shown, at its own addresses."""
    content = json.loads((RECORDED / "datasud-package_search-recorded-http.json").read_text(encoding="utf-8"))
    shown = {}
    for exchange in content["requests_history"]:
        path = exchange["request"]["url"].rpartition("/")[2]
        shown[path.partition("&rows")[0]] = exchange["response"]["body"].encode()
    search = next(body for path, body in shown.items() if path.startswith("package_search"))

    def answers(path: str, asked: dict[str, str]) -> Reply | None:
        body = search if path.endswith("package_search") else shown.get(f"package_show?id={asked.get('id')}")
        return Reply(body) if body else None

    found = listed(answers, "/fr/indexer/service/ckan")
    with serving(answers) as portal, client_of(portal) as client:
        titles = [
            next(datasets_of_one(f"{portal.url}/fr/indexer/service/ckan", client, path.partition("=")[2]))
            for path in shown
            if path.startswith("package_show")
        ]
    assert (len(shown), len(found), {one.title for one in found} == set(titles)) == (8, 7, True)


def datasets_of_one(address: str, client: Client, name: str) -> Any:
    return (one.title for one in datasets(f"{address}/dataset/{name}", client))
