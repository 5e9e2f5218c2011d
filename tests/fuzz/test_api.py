"""Hostile requests to every address of the API."""

from itertools import islice
from random import Random

import pytest
from django.test import Client

from tests.fuzz.judge import Verdict, fingerprint, try_all
from tests.fuzz.requests import Attacker
from tests.fuzz.routes import api_routes
from tests.oracle.compare import followed
from tests.oracle.record import Record

pytestmark = pytest.mark.django_db
MANY = 12_000


def attacked(number: int, records: list[Record], seed: int) -> Verdict:
    before = fingerprint()
    attacker = Attacker(Random(seed), api_routes(), records, true_cursors())
    verdict = try_all(islice(attacker.requests(), number))
    if fingerprint() != before:
        verdict.complaints.append("the database is not what it was")
    return verdict


def true_cursors() -> list[str]:
    """Of pages with a distance and of pages without."""
    client, found = Client(), []
    for asked in ("limit=2", "limit=2&near=50.45,3.95", "limit=5&near=-18.1,178.4&duplicates=all"):
        for page in followed(client, f"/api/collections/all/items?{asked}", 6):
            links = (link["href"] for link in page["links"] if link["rel"] == "next")
            found += [link.partition("cursor=")[2].partition("&")[0] for link in links]
    return found


def test_every_answer_is_in_order(records: list[Record], capsys: pytest.CaptureFixture[str]) -> None:
    judged(attacked(MANY, records, seed=1), capsys)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3, 4])
def test_every_answer_is_in_order_for_other_seeds(
    records: list[Record], seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    judged(attacked(MANY, records, seed), capsys)


def judged(verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{verdict}")  # noqa: T201
    assert not verdict.complaints, "\n".join(verdict.complaints)


def test_all_routes_are_asked() -> None:
    assert "/api/collections/<str:collection>/items" in api_routes()
    assert "/api/places" in api_routes()
