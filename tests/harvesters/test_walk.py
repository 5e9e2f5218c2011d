"""The guard of walks through pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.errors import PortalError
from harvesters.portals.walk import Walk

FIRST = "https://data.example.org/catalog.ttl"


@pytest.mark.parametrize(
    ("following", "address"),
    [
        ("?page=2", FIRST + "?page=2"),
        ("/catalog.ttl?page=2", FIRST + "?page=2"),
        ("https://data.example.org/catalog.ttl?page=2", FIRST + "?page=2"),
        ("http://data.example.org/catalog.ttl?page=2", FIRST + "?page=2"),  # as it calls itself behind a proxy
        ("http://data.example.org:8080/catalog.ttl?page=2", FIRST + "?page=2"),
        ("https://DATA.example.org/catalog.ttl?page=2", "https://DATA.example.org/catalog.ttl?page=2"),
    ],
)
def test_the_next_page_of_the_same_portal_is_followed(following: str, address: str) -> None:
    assert Walk(FIRST).next(following) == address


@pytest.mark.parametrize(
    "following",
    ["https://elsewhere.example/2", "//elsewhere.example/2", "https://data.example.org:8443/2", "file:///etc/passwd",
     "https://data.example.org@elsewhere.example/2", "https://user:key@data.example.org/2", FIRST, "http://[bad"],
)  # fmt: skip
def test_what_leads_elsewhere_or_back_is_refused(following: str) -> None:
    with pytest.raises(PortalError) as error:
        Walk(FIRST).next(following)
    assert error.value.code in ("portal-error", "repeated-page", "bad-address")


def test_a_page_comes_once_and_pages_come_to_an_end() -> None:
    walk = Walk(FIRST, pages_max=2)
    walk.page(["a"])
    with pytest.raises(PortalError, match="the same page twice"):
        walk.page(["a"])
    walk.page(["b"])
    with pytest.raises(PortalError, match="goes on after 2 pages"):
        walk.page(["c"])


@given(st.text())
def test_whatever_is_said_of_the_next_page_it_stays_on_the_host(following: str) -> None:
    try:
        address = Walk(FIRST).next(following)
    except PortalError:
        return
    assert address.lower().startswith("https://data.example.org/")
