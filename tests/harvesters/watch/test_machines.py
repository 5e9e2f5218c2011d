"""What machines ask: the feed of incidents, the metrics, the three questions about health."""

import re
from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.models import Removal, Run
from tests.factories import make_activity, make_source
from tests.harvesters.watch.making import NOON, fresh_source, make_run

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def titles(client: Client, path: str) -> list[str | None]:
    feed = ElementTree.fromstring(client.get(path).content)
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_incidents_are_told_once_each_newest_first(client: Client) -> None:
    source = fresh_source(slug="mons", title="Mons", days_ago=6)
    for days in (5, 4.9, 4.8):
        make_run(source, days, status=Run.Status.FAILED, error_code="unreachable")
    make_run(source, 2, status=Run.Status.PARTIAL, error_code="incomplete")
    Removal.objects.create(source=source, status=Removal.Status.HELD, missing=9, published=9, opened=NOON)
    fresh_source(slug="namur")
    told = ["Mons : retraits en attente", "Mons : moisson incomplète", "Mons : en retard", "Mons : moisson en échec"]
    assert titles(client, "/fr/collectes/incidents.atom") == told
    assert titles(client, "/fr/collectes/mons/incidents.atom") == told
    assert titles(client, "/fr/collectes/namur/incidents.atom") == []


def test_entries_keep_their_ids_and_run_no_markup(client: Client) -> None:
    source = fresh_source(title="<b>Mons</b>")
    make_run(source, status=Run.Status.FAILED, error="<script>alert(1)</script>")
    first, later = (client.get("/fr/collectes/incidents.atom").content for _twice in range(2))
    assert first == later
    summary = ElementTree.fromstring(first).findtext(f"{ATOM}entry/{ATOM}summary")
    assert summary == "&lt;script&gt;alert(1)&lt;/script&gt;"


def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    return {name: float(value) for name, value in re.findall(r"^(parages_\S+) (\S+)$", text, re.MULTILINE)}


def test_metrics_tell_ages_counts_and_promises(client: Client) -> None:
    source = fresh_source(slug="mons", days_ago=4)
    make_run(source, read=11, rejected=3, finished=NOON + timedelta(seconds=90))
    Removal.objects.create(source=source, status=Removal.Status.HELD, missing=7, published=9, opened=NOON)
    make_activity(source=source)
    expected = {
        "source_age_seconds": 4 * 86_400,
        "source_period_seconds": 86_400,
        "source_late": 1,
        "source_held_records": 7,
        "source_failures": 0,
        "run_read_records": 11,
        "run_rejected_records": 3,
        "run_duration_seconds": 90,
        "run_complete": 1,
        "source_last_success_timestamp_seconds": (NOON - timedelta(days=4)).timestamp(),
    }
    told = figures(client)
    assert {name: told[f'parages_{name}{{source="mons"}}'] for name in expected} == expected
    assert told['parages_source_records{precision="exact",source="mons"}'] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-Proto": "https"}, 403),
        ({"Via": "1.1 proxy"}, 403),
        ({"X-Forwarded-For": "127.0.0.1"}, 403),
        ({"X-Forwarded-For": "127.0.0.1", "Authorization": "Bearer wrong"}, 403),
        ({"X-Forwarded-For": "127.0.0.1", "Authorization": "Bearer right"}, 200),
    ],
)
def test_metrics_are_for_this_machine_or_for_who_knows_the_token(
    client: Client, settings: LazySettings, headers: dict[str, str], status: int
) -> None:
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", headers=headers).status_code == status


def test_without_a_token_none_opens(client: Client) -> None:
    headers = {"X-Forwarded-For": "203.0.113.7", "Authorization": "Bearer "}
    assert client.get("/metrics", headers=headers).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403


def test_to_be_alive_nothing_is_asked_of_the_database(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/health").content == b"ok\n"


def test_ready_means_all_migrations(client: Client) -> None:
    assert client.get("/health/ready").json() == {"database": True, "migrations": True}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"database": True, "migrations": False})


def test_a_broken_promise_is_an_alarm_and_what_promises_nothing_none(client: Client) -> None:
    make_source(confirmed=NOON - timedelta(days=99), frequency="manual")
    assert client.get("/health/sources").json() == {"late": []}
    fresh_source(slug="mons", days_ago=3.5)
    response = client.get("/health/sources")
    assert (response.status_code, response.json()) == (503, {"late": ["mons"]})


def test_a_decided_removal_waits_for_nobody_in_the_feed(client: Client) -> None:
    source = fresh_source(slug="mons", title="Mons")
    Removal.objects.create(
        source=source, status="done", missing=7, published=9, opened=NOON, decided=NOON, decided_by="Ana"
    )
    text = client.get("/fr/collectes/incidents.atom").content.decode()
    assert "une personne doit décider" not in text
    assert "7 fiches absentes de la source : retirées." in text


def test_the_board_tells_apart_what_a_person_kept_before(client: Client) -> None:
    source = fresh_source(slug="mons")
    undone = Removal.objects.create(source=source, status="undone", missing=2, published=9, opened=NOON)
    for _number in range(2):
        make_activity(source=source, missing_since=NOON, missing_runs=3, removal=undone)
    Removal.objects.create(source=source, status="held", missing=7, published=9, opened=NOON)
    for path in ("/fr/collectes/", "/fr/collectes/mons/"):
        text = client.get(path).content.decode()
        assert "7 fiches sur 9 ont disparu" in text
        assert "2 autres y manquent aussi" in text
