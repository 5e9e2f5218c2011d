"""What every civic protocol says of an address that is not one of its portals', and of one that nobody answers at."""

from importlib import import_module

import pytest

from harvesters.errors import PortalError
from harvesters.http import Client
from tests.harvesters.emulator import QUICK, Answering, client_of, emulated, said

CIVIC = [
    "decidim", "decidim_graphql", "engagement", "engagement_feed", "gogocarto", "open311", "pabulib", "umap",
]  # fmt: skip
REQUESTS_MAX = 3
OTHERS: list[Answering] = [
    lambda _: said(b"no", 404, "text/plain"),
    lambda _: said(b"<!doctype html><title>Mairie</title>", content_type="text/html"),
    lambda _: said([{"a": 1}]),
    lambda _: said({"data": [], "layers": 3, "total": "x", "ontology": None}),
    lambda _: said(b"<rss><channel/></rss>", content_type="text/xml"),
    lambda _: said(b"", 500),
]


@pytest.mark.parametrize("name", CIVIC)
@pytest.mark.parametrize("answering", OTHERS)
def test_no_other_portal_is_taken_for_one(name: str, answering: Answering) -> None:
    probe = import_module(f"harvesters.protocols.{name}").probe
    with emulated(answering) as portal, client_of(portal) as client:
        assert probe(f"{portal.url}/some/page?x=1#top", client) is None
        assert len(portal.asked) <= REQUESTS_MAX


@pytest.mark.parametrize("name", CIVIC)
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "http://[x", "ftp://example.org/", "nonsense"])
def test_an_address_out_of_reach_is_told(name: str, address: str) -> None:
    probe = import_module(f"harvesters.protocols.{name}").probe
    with Client("x", ["127.0.0.1:9"], QUICK) as client, pytest.raises(PortalError) as error:
        probe(address, client)
    assert error.value.code in ("unreachable", "bad-address")
