"""Keys of portals: sent to them alone, and written nowhere."""

import json

import pytest

from harvesters.definition import dump
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.http.keys import hide, key_header
from tests.factories import build_source
from tests.harvesters.rude import Behaviour, RudeServer, redirects, rude, says

NAME, KEY = "PARAGES_KEY_TEST", "s3cret-key-of-ours"
HEADERS = {"x-api-key": KEY}
QUICK = Limits(total_s=5, tries=2, backoff_s=0.001)


def client_of(*portals: RudeServer) -> Client:
    return Client("x", [portal.host for portal in portals], QUICK)


def refused(portal: RudeServer, client: Client) -> str:
    with pytest.raises(PortalError) as error:
        client.get(portal.url + "/", headers=HEADERS)
    return str(error.value)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(NAME, KEY)
    return KEY


def test_the_key_is_read_from_the_environment(key: str) -> None:
    assert key_header({"key_env": NAME}, "x-api-key") == {"x-api-key": key}
    assert key_header({}, "x-api-key") == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DATABASE_URL", KEY, "bad-option"),
        (["PARAGES_KEY_TEST"], KEY, "bad-option"),
        (NAME, "", "no-key"),
        (NAME, "short", "no-key"),
        (NAME, f"{KEY}\r\nX-Other: 1", "no-key"),
    ],
)
def test_what_is_no_key_is_not_sent(name: object, value: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(str(name), value)
    with pytest.raises(PortalError) as error:
        key_header({"key_env": name}, "x-api-key")
    assert (error.value.code, KEY in str(error.value)) == (code, False)


def test_the_key_is_sent_and_follows_a_redirect_at_home() -> None:
    with rude({"/": redirects("/end"), "/end": says(b"here")}) as portal, client_of(portal) as client:
        assert client.get(portal.url + "/", headers=HEADERS).body == b"here"
        assert f"x-api-key: {KEY}" in portal.asked["/end"][0]


def test_the_key_is_not_sent_to_another_host() -> None:
    with rude({"/end": says(b"here")}) as other, rude({"/": redirects(other.url + "/end")}) as portal:
        with client_of(portal, other) as client:
            assert client.get(portal.url + "/", headers=HEADERS).body == b"here"
        assert f"x-api-key: {KEY}" in portal.asked["/"][0]
        assert KEY not in other.asked["/end"][0]
        assert "User-Agent: Parages" in other.asked["/end"][0]


@pytest.mark.parametrize("status", [f"401 No {KEY}", f"429 No {KEY}", f"503 {KEY}"])
def test_a_key_that_the_portal_repeats_is_in_no_error(status: str) -> None:
    said = json.dumps({"error": {"message": f"{'x' * 150}{KEY}"}}).encode()
    with rude({"/": says(said, status=status)}) as portal, client_of(portal) as client:
        words = refused(portal, client)
    assert "[key]" in words
    assert KEY[:4] not in words


def test_a_key_in_a_redirect_is_in_no_error() -> None:
    with rude({"/": redirects(f"gopher://x/{KEY}")}) as portal, client_of(portal) as client:
        assert KEY not in refused(portal, client)


def test_a_key_in_an_answer_is_blotted_out() -> None:
    with rude({"/": says(f'{{"key": "{KEY}", "n": 1}}'.encode())}) as portal, client_of(portal) as client:
        assert client.get_json(portal.url + "/", headers=HEADERS) == {"key": "[key]", "n": 1}


def test_a_key_that_was_cut_is_blotted_out() -> None:
    assert hide(f"refused {KEY[:7]}…", (KEY,)) == "refused [key]…"


def test_an_export_of_the_source_names_the_variable_alone(key: str) -> None:
    exported = dump(build_source(options={"key_env": NAME}))
    assert NAME in exported
    assert key not in exported


def test_json_is_posted_and_read() -> None:
    with rude({"/api": says(b'{"data": {"a": "\\u0000"}}')}) as portal, client_of(portal) as client:
        assert client.post_json(portal.url + "/api", {"query": "{ é }"}, HEADERS) == {"data": {"a": "\ufffd"}}
        request = portal.asked["/api"][0]
    assert request.startswith("POST /api ")
    assert "Content-Type: application/json" in request


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (says(b"<html>login</html>"), "html-instead"),
        (says(b"{"), "not-json"),
        (says(b""), "empty"),
        (says(b"{}", status="403 No"), "http-status"),
        (redirects("/elsewhere", "307 Moved"), "redirect-refused"),
    ],
)
def test_a_post_that_fails_is_named(answer: Behaviour, code: str) -> None:
    with rude({"/api": answer}) as portal, client_of(portal) as client, pytest.raises(PortalError) as error:
        client.post_json(portal.url + "/api", {})
    assert error.value.code == code
