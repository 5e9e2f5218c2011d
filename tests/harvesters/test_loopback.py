"""The loopback portal: true to each protocol, and to nothing outside its folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from harvesters.loopback import portals

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "portals"
DATASETS = "/paris/api/explore/v2.1/catalog/datasets"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with portals(DEMO) as base_url:
        yield base_url


def action(base: str, name: str, **parameters: object) -> requests.Response:
    return requests.post(f"{base}/bruxelles/api/3/action/{name}", json=parameters, timeout=5)


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({}, 1),
        ({"q": "*:*"}, 1),
        ({"q": "subsides bruxelles"}, 1),
        ({"fq": 'res_format:"CSV" organization:ville-de-bruxelles'}, 1),
        ({"fq": "-res_format:CSV"}, 0),
        ({"q": "piscines"}, 0),
    ],
)
def test_package_search_filters(base: str, parameters: dict[str, str], count: int) -> None:
    assert action(base, "package_search", **parameters).json()["result"]["count"] == count


def test_package_search_pages(base: str) -> None:
    result = action(base, "package_search", rows=1, start=1).json()["result"]
    assert (result["count"], result["results"]) == (1, [])


def test_get_and_post_say_the_same(base: str) -> None:
    got = requests.get(f"{base}/bruxelles/api/action/package_show?id=subsides-2022", timeout=5)
    assert got.json()["result"] == action(base, "package_show", id="subsides-2022").json()["result"]


@pytest.mark.parametrize(
    ("name", "parameters", "status"),
    [
        ("package_show", {}, 409),
        ("package_show", {"id": "nothing"}, 404),
        ("package_search", {"rows": "-1"}, 409),
        ("package_erase", {}, 400),
    ],
)
def test_ckan_errors(base: str, name: str, parameters: dict[str, str], status: int) -> None:
    assert action(base, name, **parameters).status_code == status


def test_resources_are_served_where_the_catalogue_says(base: str) -> None:
    resources = action(base, "package_show", id="subsides-2022").json()["result"]["resources"]
    answers = [requests.get(resource["url"], timeout=5) for resource in resources]
    assert [answer.headers["Content-Type"] for answer in answers] == ["text/csv", "application/json"]


def test_records_and_exports_hold_the_same(base: str) -> None:
    dataset = f"{base}{DATASETS}/bp_projets_gagnants"
    first = requests.get(f"{dataset}/records?limit=100", timeout=5).json()
    second = requests.get(f"{dataset}/records?limit=100&offset=100", timeout=5).json()
    everything = requests.get(f"{dataset}/exports/json", timeout=5).json()
    assert first["results"] + second["results"] == everything
    assert first["total_count"] == len(everything) == 150


@pytest.mark.parametrize("query", ["limit=101", "offset=9990&limit=11", "limit=x", "where=budget>1"])
def test_opendatasoft_refuses_in_words(base: str, query: str) -> None:
    answer = requests.get(f"{base}{DATASETS}/bp_projets_gagnants/records?{query}", timeout=5)
    assert (answer.status_code, sorted(answer.json())) == (400, ["error_code", "message"])


@pytest.mark.parametrize(("clause", "count"), [("where=edition%3D%222014%22", 2), ("refine=edition:2023", 13)])
def test_opendatasoft_filters(base: str, clause: str, count: int) -> None:
    answer = requests.get(f"{base}{DATASETS}/bp_projets_gagnants/records?limit=0&{clause}", timeout=5)
    assert answer.json()["total_count"] == count


def test_unchanged_is_304(base: str) -> None:
    address = f"{base}/quebec/lieux-publics.geojson"
    first = requests.get(address, timeout=5)
    validators = [{"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}]
    assert [requests.get(address, headers=headers, timeout=5).status_code for headers in validators] == [304, 304]


@pytest.mark.parametrize(
    "path", ["/", "/nowhere/x", "/paris/%2e%2e/README.md", "/%2e%2e/README.md", "/paris/%2fetc/passwd", "/paris/ckan"]
)
def test_nothing_outside_is_served(base: str, path: str) -> None:
    assert requests.get(base + path, timeout=5).status_code == 404
