"""udata: datasets by id and by search, both its APIs, their files; portals that loop, lie, shrink and lead away."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from harvesters.catalogues.resources import choose
from harvesters.catalogues.udata import udata_entry
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Dataset, Portal
from harvesters.protocols.udata import datasets, portal_of, probe
from harvesters.reading import Reading
from tests.harvesters.emulator import LISTE, client_of, read_all, serving
from tests.harvesters.real_files import DATA, needs_real_files
from tests.harvesters.test_protocol_ckan_portals import JSON_VALUES

RECORDED = DATA / "portal_responses" / "udata" / "data.gouv.fr-datasets.json.gz"
ORGANISATION = "54126af3a3a7292a9bbf14d6"


def told(number: int, **fields: Any) -> dict[str, Any]:
    file = {"id": f"r{number}", "title": "Liste", "format": "csv", "mime": "text/csv", "url": "/liste.csv"}
    mine = {"id": f"{number:024x}", "slug": f"data-{number}", "title": f"Data {number}", "deleted": None}
    return mine | {"license": "lov2", "organization": {"name": "Ville"}, "tags": ["vélo"], "resources": [file]} | fields


class UdataPortal:
    """udata as it pages; `to` is where its next page leads, `announced` may be a lie."""

    def __init__(self, count: int, cap: int = 100, announced: int | None = None, to: str = "") -> None:
        self.datasets = [told(number) for number in range(count)]
        self.cap, self.announced, self.to = cap, announced, to
        self.base = ""

    def __call__(self, path: str, asked: dict[str, str]) -> Reply | None:
        parts = path.strip("/").split("/")
        match parts:
            case ["api", "1" | "2" as version, "datasets"] | ["api", "2" as version, "datasets", "search"]:
                return self.page(path, asked, version)
            case ["api", "1", "datasets", "r", _]:
                return Reply(b"", status=302, headers={"Location": "/files/liste-2026.csv"})
            case ["api", "2", "datasets", name, "resources"]:
                return self.resources(name, asked)
            case ["api", version, "datasets", name]:
                return self.one(name, version)
            case ["api", "1", "organizations", "ville"]:
                return json_reply({"id": ORGANISATION, "slug": "ville"})
            case ["api", "1", "site"]:
                return json_reply({"title": "Données du pays"})
        return LISTE if path in ("/liste.csv", "/files/liste-2026.csv") else None

    def one(self, name: str, version: str) -> Reply | None:
        found = next((one for one in self.datasets if name in (one["id"], one["slug"])), None)
        if found is None:
            return json_reply({"message": "Dataset has been deleted"}, 410) if name == "gone" else None
        href = {"href": f"{self.base}/api/2/datasets/{found['id']}/resources/?page=1", "total": 3}
        return json_reply(found if version == "1" else found | {"resources": href})

    def page(self, path: str, asked: dict[str, str], version: str) -> Reply:
        number, size = int(asked.get("page", 1)), min(int(asked.get("page_size", 20)), self.cap)
        found = self.datasets[(number - 1) * size : number * size]
        more = f"{self.base}{path}?page={number + 1}&page_size={size}" if number * size < len(self.datasets) else None
        if "organization" in asked and asked["organization"] != ORGANISATION:
            return json_reply({"message": "Organization arg must be an identifier"}, 400)
        total = len(self.datasets) if self.announced is None else self.announced
        following = self.to or more
        return json_reply({"data": found, "page": number, "page_size": size, "total": total, "next_page": following})

    def resources(self, name: str, asked: dict[str, str]) -> Reply:
        number = int(asked["page"])
        file = told(number)["resources"][0]
        more = f"{self.base}/api/2/datasets/{name}/resources/?page={number + 1}" if number < 3 else None
        return json_reply({"data": [file], "next_page": more, "total": 3})


def listed(portal: UdataPortal, path: str = "") -> list[Dataset]:
    with serving(portal) as server, client_of(server) as client:
        portal.base = server.url
        return [replace(one, address="", page="") for one in datasets(server.url + path, client)]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.data.gouv.fr", ("https://www.data.gouv.fr", {})),
        ("https://www.data.gouv.fr/fr/", ("https://www.data.gouv.fr", {})),
        ("https://www.data.gouv.fr/fr/datasets/", ("https://www.data.gouv.fr", {})),
        ("https://www.data.gouv.fr/datasets/lieux/?x=1#y", ("https://www.data.gouv.fr", {"dataset": "lieux"})),
        ("https://www.data.gouv.fr/fr/datasets/lieux/", ("https://www.data.gouv.fr", {"dataset": "lieux"})),
        ("https://data.lu/api/1/datasets/lieux/", ("https://data.lu", {"dataset": "lieux"})),
        ("https://data.lu/fr/organizations/ville/", ("https://data.lu", {"organization": "ville"})),
        ("https://data.lu/fr/datasets/r/6ba7b810", ("https://data.lu", {})),
        ("https://ville.example/data/fr/datasets/lieux", ("https://ville.example/data", {"dataset": "lieux"})),
    ],
)
def test_any_page_names_its_portal(address: str, expected: tuple[str, dict[str, str]]) -> None:
    assert portal_of(address) == expected


def test_a_portal_is_recognised_by_two_requests() -> None:
    with serving(UdataPortal(1)) as server, client_of(server) as client:
        found = probe(server.url + "/fr/datasets/data-0/", client)
        assert found == Portal(
            "udata", server.url, {"dataset": "data-0"}, "Données du pays", 1.0, "its API 1 answers as udata's does"
        )
        assert len(server.asked) == 2


def test_any_other_page_leads_to_the_root_of_its_host() -> None:
    with serving(UdataPortal(1)) as server, client_of(server) as client:
        found = probe(server.url + "/pages/a-propos", client)
    assert found is not None
    assert (found.address, found.options, len(server.asked)) == (server.url, {}, 3)


@pytest.mark.parametrize("reply", [None, json_reply([]), json_reply({"data": []}), Reply(b"<html></html>")])
def test_what_is_no_such_portal_is_not_taken_for_one(reply: Reply | None) -> None:
    with serving(lambda *_: reply) as server, client_of(server) as client:
        assert probe(server.url, client) is None


def test_datasets_are_listed_with_what_a_source_needs() -> None:
    url = "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf"
    assert listed(UdataPortal(1)) == [
        Dataset(
            id="0" * 24, title="Data 0", protocol="udata", address="", options={"dataset": "0" * 24},
            keywords=("vélo",), publisher="Ville", licence="Licence Ouverte / Open Licence version 2.0",
            licence_url=url, formats=("csv",),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("cap", [100, 7])
def test_every_dataset_is_listed_once_whatever_the_page_size(cap: int) -> None:
    assert len({one.id for one in listed(UdataPortal(25, cap))}) == 25


def test_a_deleted_dataset_is_not_listed() -> None:
    portal = UdataPortal(2)
    portal.datasets[0]["deleted"] = "2026-01-01T00:00:00"
    assert [one.title for one in listed(portal)] == ["Data 1"]


@pytest.mark.parametrize("options", [{"dataset": "data-0"}, {"organization": "ville"}, {"organization": ORGANISATION}])
def test_files_of_datasets_are_read(options: dict[str, Any]) -> None:
    portal = UdataPortal(1)
    with serving(portal) as server:
        rows, reading = read_all("udata", server, **options)
    assert ([row.data["nom"] for row in rows], reading.complete) == (["Mons", "Jemappes"], True)
    assert (rows[0].data["_dataset_name"], rows[0].data["_resource_id"]) == ("data-0", "r0")


def test_pages_ask_for_few_fields() -> None:
    with serving(UdataPortal(1)) as server:
        read_all("udata", server, tag="vélo")
    assert server.asked[0].headers["x-fields"].startswith("data{id,")
    assert server.asked[0].url == "/api/1/datasets/?page_size=100&sort=created&tag=vélo"


def test_a_stable_address_leads_to_its_file() -> None:
    portal = UdataPortal(1)
    portal.datasets[0]["resources"][0]["url"] = "/api/1/datasets/r/r0"
    with serving(portal) as server:
        assert len(read_all("udata", server, dataset="data-0")[0]) == 2


def test_files_that_explain_are_read_when_asked_for() -> None:
    portal = UdataPortal(1)
    portal.datasets[0]["resources"][0]["type"] = "documentation"
    with serving(portal) as server:
        assert len(read_all("udata", server, dataset="data-0", resource="r0")[0]) == 2
        with pytest.raises(PortalError, match="no dataset found has a file"):
            read_all("udata", server, dataset="data-0")


def test_api_2_gives_files_on_pages_of_their_own() -> None:
    portal = UdataPortal(1)
    with serving(portal) as server:
        portal.base = server.url
        rows, reading = read_all("udata", server, dataset="data-0", api=2)
    assert (len(rows), {row.data["_resource_id"] for row in rows}, reading.complete) == (6, {"r1", "r2", "r3"}, True)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [("gone", "no-dataset", "was deleted at its portal"), ("never", "http-status", "404")],
)
def test_a_dataset_that_is_not_there_is_named(name: str, code: str, words: str) -> None:
    with serving(UdataPortal(1)) as server, pytest.raises(PortalError, match=words) as error:
        read_all("udata", server, dataset=name)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("http://elsewhere.example/api/1/datasets/?page=2", "on another host"),
        ("http://[bad", "which is no address"),
        ("?page=1&page_size=100", "the same page twice"),
    ],
)
def test_a_next_page_that_leads_astray_is_stopped(to: str, words: str) -> None:
    with pytest.raises(PortalError, match=words):
        listed(UdataPortal(1, to=to))


def test_what_came_before_a_page_that_leads_astray_is_read() -> None:
    with serving(UdataPortal(1, to="http://elsewhere.example/")) as server:
        rows, reading = read_all("udata", server)
    assert (len(rows), "on another host" in reading.why_not) == (2, True)


def test_a_search_that_lies_about_its_count_is_partial() -> None:
    with serving(UdataPortal(3, announced=9)) as server:
        _, reading = read_all("udata", server)
    assert reading.why_not == "The portal announced 9 datasets and 3 came."


def test_a_search_that_shrinks_while_it_is_read_is_partial() -> None:
    portal = UdataPortal(6, cap=4)
    page = portal.page

    def shrinking(path: str, asked: dict[str, str], version: str) -> Reply:
        reply = page(path, asked, version)
        del portal.datasets[0]
        return reply

    portal.page = shrinking  # type: ignore[method-assign]
    with serving(portal) as server:
        portal.base = server.url
        _, reading = read_all("udata", server)
    assert reading.why_not == "The portal announced 6 datasets and 5 came."


@given(JSON_VALUES, JSON_VALUES, JSON_VALUES)
def test_whatever_a_dataset_says_it_is_read_as_text(title: Any, tags: Any, resources: Any) -> None:
    more = {"title": title, "slug": title, "license": tags, "tags": tags, "organization": tags, "resources": resources}
    entry = udata_entry({"id": "a"} | more, "https://data.example.org")
    assert all(isinstance(text, str) for text in (entry.title, entry.licence, entry.publisher, *entry.keywords))


@needs_real_files
def test_ten_recorded_datasets_are_read_unchanged() -> None:
    """data.gouv.fr: each with its files; which are read is told by their formats."""
    recorded = json.loads(gzip.decompress(RECORDED.read_bytes()))
    portal = UdataPortal(0)
    for number, one in enumerate(recorded):
        whole = one["dataset"] | {"organization": one["organization"], "resources": one["resources"]}
        portal.datasets.append({"id": f"{number:024x}"} | whole)
    found = listed(portal)
    entries = [udata_entry(one, "https://www.data.gouv.fr") for one in portal.datasets]
    files = sum(len(entry.resources) for entry in entries)
    readable = [entry.title for entry in entries if choose(entry, {}, Reading(lambda _: iter(())))]
    assert (len(found), files, sum(len(one["resources"]) for one in recorded)) == (10, 93, 93)
    assert "DPE Logements (avant juillet 2021)" not in readable
