"""Where a harvester may connect: nowhere but the public internet, however the address is written."""

import socket
from typing import Any

import pytest

from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.http.guard import Guard, is_public
from tests.harvesters.rude import redirects, rude, says

PRIVATE = [
    "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "185.26.124.1", "2606:4700:4700::1111", "2a00:1450:4007:80c::200e"]
SPELLINGS = [
    "http://127.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://0x7f000001/", "http://2130706433/",
    "http://0177.0.0.1/", "http://017700000001/", "http://0/", "http://localhost/", "http://LOCALHOST/",
    "http://localhost./", "http://[::1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
    "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "https://10.0.0.1/",
    "http://192.168.0.1:8080/", "http://127.0.0.1:22/", "http://93.184.216.34:25/", "http://93.184.216.34:6379/",
    "http://１２７.０.０.１/", "http://127。0。0。1/", "http://user:secret@127.0.0.1/", "http://example.org@127.0.0.1/",
    "http://127.0.0.1\\@example.org/", "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/",
    "http:///", "http://", "//127.0.0.1/", "127.0.0.1", "", "http://127.0.0.1:99999/", "http://[::1/", "http://a b/",
    "javascript:alert(1)", "data:text/plain,hello",
]  # fmt: skip
QUICK = Limits(connect_s=2, total_s=5, tries=1, backoff_s=0, pause_s=0)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_told(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a socket was asked to connect to."""
    seen: list[Any] = []
    connect = socket.socket.connect

    def spy(self: socket.socket, address: Any) -> None:
        seen.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", spy)
    return seen


@pytest.mark.parametrize("address", SPELLINGS)
def test_no_spelling_reaches_this_machine(address: str, connections: list[Any]) -> None:
    with Client("https://example.org", limits=QUICK) as client, pytest.raises(PortalError):
        client.get(address)
    assert [where for where in connections if where[1] != 53] == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "http://169.254.169.254/", "file:///etc/passwd", "http://["]
)
def test_redirects_are_checked_at_each_hop(target: str) -> None:
    """The first host is allowed, what it redirects to is not."""
    with rude({"/": says(b"secret")}) as inside:
        hop = redirects(target.format(port=inside.server_address[1]))
        refused = pytest.raises(PortalError)
        with rude({"/": hop}) as portal, Client("x", [portal.host], QUICK) as client, refused as refusal:
            client.get(portal.url + "/")
        assert refusal.value.code in ("refused-address", "bad-address", "redirect-refused")
        assert inside.asked == {}


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch, connections: list[Any]) -> None:
    """A name server that answers differently the second time is not asked a second time."""
    answers = [[entry("198.51.100.1"), entry("127.0.0.1")], [entry("127.0.0.1")]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop(0))
    with Client("x", limits=QUICK) as client, pytest.raises(PortalError):
        client.get("http://rebinding.example/")
    assert (len(answers), connections) == (1, [])


def entry(address: str) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))


def test_only_the_public_of_several_addresses_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [entry("127.0.0.1"), entry("8.8.8.8"), entry("10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert Guard()._permitted("both.example", 80, 1) == [entry("8.8.8.8")]


def test_allowed_pairs_are_host_and_port() -> None:
    guard = Guard(["localhost:8001", "[::1]:8002"])
    asked = [("localhost", 8001), ("LOCALHOST", 8001), ("::1", 8002), ("localhost", 8002), ("127.0.0.1", 8001)]
    assert [guard.allows(host, port) for host, port in asked] == [True, True, True, False, False]


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with rude({"/": says(b"direct")}) as portal, rude({}) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        with Client("x", [portal.host], QUICK) as client:
            assert client.get(portal.url + "/").body == b"direct"
        assert proxy.asked == {}
