"""API Engagement: pages by limit and skip, a key, several addresses for one mission."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.dialects.engagement import mission_row
from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.protocols import engagement
from harvesters.reading import Reading
from tests.harvesters.emulator import Answering, Asked, client_of, emulated, fixed, read_all, said
from tests.harvesters.real_files import DATA, needs_real_files

NAME, KEY = "PARAGES_KEY_ENGAGEMENT", "0123456789abcdef"
MONS, NAMUR = {"lat": 50.45, "lon": 3.95}, {"lat": "50.46", "lon": "4.86"}


def mission(number: int) -> dict[str, Any]:
    return {"_id": f"m{number}", "title": f"Mission {number}", "addresses": [{"city": "Mons", "location": MONS}]}


def api(missions: list[dict[str, Any]], served: int = 10_000, shrinks: bool = False) -> Answering:
    """The API over these missions: refuses without the key, gives at most `served` a page, loses one a page."""

    def answering(asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != KEY:
            return said({"ok": False, "code": "UNAUTHORIZED"}, 401)
        found = missions[asked.number - 1 :] if shrinks else missions
        limit, skip = min(int(asked.query["limit"]), served), int(asked.query["skip"])
        return said({"ok": True, "total": len(found), "data": found[skip : skip + limit], "limit": limit, "skip": skip})

    return answering


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, KEY)


@pytest.mark.parametrize("served", [10_000, 4, 1])
def test_all_pages_are_read_whatever_the_server_gives_at_once(served: int) -> None:
    with emulated(api([mission(number) for number in range(9)], served)) as portal:
        rows, reading = read_all("engagement", portal, key_env=NAME)
    assert [row.data["_id"] for row in rows] == [f"m{number}" for number in range(9)]
    assert (reading.complete, reading.announced) == (True, 9)


def test_filters_and_the_key_are_sent() -> None:
    with emulated(api([mission(1)])) as portal:
        read_all("engagement", portal, "/v0/mission", key_env=NAME, distance="10km", publisher="p1", other="x")
        asked = portal.asked[0]
    assert asked.query == {"distance": "10km", "publisher": "p1", "limit": "1000", "skip": "0"}
    assert (asked.path, asked.headers["x-api-key"]) == ("/v0/mission", KEY)


@pytest.mark.parametrize(
    ("answering", "code"),
    [
        (api([]), "http-status"),
        (fixed({"/v0/mission": {"ok": False, "code": "SERVER_ERROR"}}), "portal-error"),
        (fixed({"/v0/mission": {"total": -1, "data": []}}), "portal-error"),
        (fixed({"/v0/mission": said(b"", 429, headers={"Retry-After": "900"})}), "busy"),
    ],
)
def test_a_refusal_is_named(answering: Answering, code: str) -> None:
    with emulated(answering) as portal, pytest.raises(PortalError) as error:
        read_all("engagement", portal)
    assert error.value.code == code


def test_a_list_that_shrinks_is_partial() -> None:
    with emulated(api([mission(number) for number in range(6)], 2, shrinks=True)) as portal:
        rows, reading = read_all("engagement", portal, key_env=NAME)
    assert (len(rows), reading.complete) == (4, False)
    assert "The portal's count went from 6 to 5" in reading.why_not


def test_a_server_that_gives_its_first_page_for_ever_is_found_out() -> None:
    page = {"ok": True, "total": 9, "data": [mission(1), mission(2)]}
    with emulated(fixed({"/v0/mission": page})) as portal:
        rows, reading = read_all("engagement", portal)
    assert (len(rows), reading.complete) == (2, False)
    assert "gave no new mission behind the first 2" in reading.why_not


def test_an_error_behind_the_first_page_leaves_what_came() -> None:
    def answering(asked: Asked) -> Reply:
        return api([mission(number) for number in range(4)], 2)(asked) if asked.number == 1 else said(b"x", 500)

    with emulated(answering) as portal:
        rows, reading = read_all("engagement", portal, key_env=NAME)
    assert (len(rows), reading.complete, "answered 500" in reading.why_not) == (2, False, True)


def test_a_mission_with_two_addresses_is_one_record() -> None:
    addresses = [
        {"street": "1 Grand-Place", "postalCode": "7000", "city": "Mons", "location": MONS},
        {"street": "2 rue de Fer", "postalCode": "5000", "city": "Namur", "location": NAMUR},
        {"city": "Mons", "location": {"lat": 0, "lon": 0}},
    ]
    reading = Reading(lambda _: iter(()))
    row = mission_row(1, {"addresses": addresses}, reading)
    assert row.geometry == {"type": "MultiPoint", "coordinates": [[3.95, 50.45], [4.86, 50.46]]}
    assert row.data["_addresses"] == "1 Grand-Place, 7000 Mons; 2 rue de Fer, 5000 Namur; Mons"
    assert (row.data["_commune"], row.data["_postal_code"]) == (None, None)
    assert reading.notes == ["Some addresses stand nowhere on earth: their points were left out."]


@pytest.mark.parametrize(
    ("mission", "line", "commune"),
    [
        ({"city": "Mons", "postalCode": "7000", "location": MONS}, "7000 Mons", "Mons"),
        ({"addresses": {"address": {"city": "Mons"}}}, "Mons", "Mons"),
        ({"addresses": "", "city": None}, "", None),
        ({"addresses": [None, 3, {"city": ["x"], "location": "x"}]}, "", None),
    ],
)
def test_addresses_in_each_form(mission: dict[str, Any], line: str, commune: str | None) -> None:
    row = mission_row(1, mission, Reading(lambda _: iter(())))
    assert (row.data["_addresses"], row.data["_commune"]) == (line, commune)


def test_the_api_is_recognised() -> None:
    pages = {"/v0/mission": {"ok": True, "total": 1, "data": [mission(1)]}}
    with emulated(fixed(pages)) as portal, client_of(portal) as client:
        found = engagement.probe(f"{portal.url}/v0/mission?limit=3", client)
        assert (found and found.address) == portal.url
    with emulated(fixed({})) as portal, client_of(portal) as client:
        assert engagement.probe(portal.url, client) is None
        assert engagement.probe(f"{portal.url}/docs/api-engagement/", client) is None  # its name in a path says nothing


NAMES = st.sampled_from(["_id", "addresses", "address", "street", "city", "postalCode", "location", "lat", "lon"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["", "Mons", "50.4"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES))
def test_any_mission_gives_a_row(mission: dict[str, Any]) -> None:
    row = mission_row(1, mission, Reading(lambda _: iter(())))
    positions = row.geometry["coordinates"] if row.geometry else []
    flat = positions if positions and isinstance(positions[0], list) else [positions] if positions else []
    assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in flat)
    assert isinstance(row.data["_addresses"], str)


@needs_real_files
def test_the_list_of_missions_that_the_api_documents() -> None:
    body = (DATA / "missions" / "api-engagement-format-v0-missions.json").read_bytes()
    with emulated(fixed({"/missions.json": body})) as portal:
        rows, reading = read_all("file", portal, "/missions.json")
    assert ([row.data["_id"].rpartition("-")[2] for row in rows], reading.complete) == (["001", "002", "003"], True)


@needs_real_files
def test_the_form_that_the_api_documents() -> None:
    page = json.loads((DATA / "missions" / "api-engagement-format-v0-mission-list-response.json").read_bytes())
    with emulated(fixed({"/v0/mission": page})) as portal:
        rows, reading = read_all("engagement", portal)
    assert (len(rows), reading.complete) == (page["total"], True)
    assert [row.data["_commune"] for row in rows] == ["Paris", "Lyon", "Marseille"]
    assert rows[0].geometry == {"type": "Point", "coordinates": [2.3522, 48.8566]}
