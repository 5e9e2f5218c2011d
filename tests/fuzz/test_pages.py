"""Hostile requests to every page, in three languages."""

from itertools import islice
from random import Random

import pytest

from tests.fuzz.judge import fingerprint, try_all
from tests.fuzz.requests import Attacker
from tests.fuzz.routes import page_routes
from tests.oracle.record import Record

pytestmark = pytest.mark.django_db
MANY = 1_000


def test_every_page_is_in_order(records: list[Record], capsys: pytest.CaptureFixture[str]) -> None:
    before = fingerprint()
    verdict = try_all(islice(Attacker(Random(5), page_routes(), records).requests(), MANY))
    with capsys.disabled():
        print(f"\n{verdict}")  # noqa: T201
    assert not verdict.complaints, "\n".join(verdict.complaints)
    assert fingerprint() == before


def test_all_pages_are_asked() -> None:
    routes = page_routes()
    assert {"/", "/fr/explorer/", "/nl/", "/health", "/en/missions/<uuid:public_id>/"} <= set(routes)
    assert not any("admin" in route for route in routes)
