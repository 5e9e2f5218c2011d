"""What a whole run concludes, over real HTTP: complete, partial, failed; what leaves, what waits, what comes next."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from harvesters import report
from harvesters.errors import ADVICE
from harvesters.http import Client
from harvesters.runs.harvest import harvest
from harvesters.runs.lease import lease
from portal import reasons, removal
from portal.models import Activity, Lease, Removal, Run
from portal.models.activity import public_id
from tests.factories import make_activity, make_source
from tests.harvesters.city import City, open_city, row
from tests.harvesters.rude import rude, says

pytestmark = pytest.mark.django_db
JSON = "Content-Type: application/json"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with open_city(tmp_path) as opened:
        yield opened


def published() -> set[str]:
    return set(Activity.objects.published().values_list("source_record_id", flat=True))


def later(days: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(days=days))


def test_what_two_complete_runs_miss_for_seven_days_is_withdrawn_and_told(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(number) for number in range(20)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish_rows(*rows[3:])
    assert (city.harvest().missing, len(published())) == (3, 20)
    with later(days=7.1):
        run = city.harvest()
    assert (run.status, run.missing, run.withdrawn) == ("complete", 3, 3)
    assert published() == {str(number) for number in range(3, 20)}
    report.show([run], report.console())
    assert f"./parages removals undo {Removal.objects.get().pk}" in capsys.readouterr().out


def test_a_portal_where_nothing_changed_since_confirms_what_is_missing(city: City) -> None:
    rows = [row(number) for number in range(20)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish_rows(*rows[1:])
    city.harvest()
    with later(days=8):
        run = city.harvest()
    assert "nothing changed" in run.notes[0]["text"]
    assert (run.missing, run.withdrawn, len(published())) == (1, 1, 19)


def test_a_source_whose_complete_runs_were_deleted_is_read_anew(city: City) -> None:
    city.publish_rows(row(1), row(2))
    city.harvest()
    Run.objects.all().delete()
    run = city.harvest()
    assert (run.status, run.read, run.unchanged) == ("complete", 2, 2)


def test_a_portal_that_goes_back_to_what_it_said_before_a_partial_run_is_read_again(city: City) -> None:
    before = json.dumps([row(1), row(2), row(3)])
    city.publish(before)
    made = (city.folder / "data.json").stat()
    city.harvest()
    city.publish(json.dumps([row(1, titre="Autre"), row(2), row(3)])[:-20])
    assert city.harvest().status == "partial"
    city.publish(before)
    os.utime(city.folder / "data.json", ns=(made.st_atime_ns, made.st_mtime_ns))
    assert city.harvest().status == "complete"
    assert Activity.objects.get(source_record_id="1").title == "Fiche 1"


def test_too_many_missing_are_held_and_the_report_says_how_to_decide(
    city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row(number) for number in range(20)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish_rows(*rows[6:])
    city.harvest()
    with later(days=8):
        run = city.harvest()
    held = Removal.objects.get()
    assert (run.status, run.withdrawn, held.status, held.missing, len(published())) == ("complete", 0, "held", 6, 20)
    report.show([run], report.console())
    assert f"./parages removals accept {held.pk}" in capsys.readouterr().out
    assert report.as_json([run])["removals"] == [{"number": held.pk, "status": "held", "missing": 6, "published": 20}]


@pytest.mark.parametrize("content", ["[]", "", "<!doctype html>", '{"records": []}', "[{"])
def test_no_records_where_there_were_some_is_a_failed_run_and_removes_nothing(city: City, content: str) -> None:
    city.publish_rows(row(1), row(2))
    city.harvest()
    city.publish(content)
    for days in (0, 8, 16):
        with later(days=days):
            run = city.harvest()
            assert (run.status, run.missing, published()) == ("failed", 0, {"1", "2"})


def test_a_partial_run_counts_for_nothing(city: City) -> None:
    rows = [row(number) for number in range(30)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish(json.dumps(rows)[:-200])
    for days in (0, 8, 16):
        with later(days=days):
            run = city.harvest()
            assert (run.status, run.missing, run.withdrawn) == ("partial", 0, 0)
            assert run.error_code in reasons.ERRORS
    assert not Activity.objects.exclude(missing_since=None).exists()
    assert len(published()) == 30


def page(base_url: str, numbers: range, following: str = "") -> bytes:
    links = [{"rel": "next", "href": f"{base_url}/collections/x/{following}"}] if following else []
    features = [{"type": "Feature", "id": n, "geometry": None, "properties": {"t": f"Fiche {n}"}} for n in numbers]
    return json.dumps({"type": "FeatureCollection", "features": features, "links": links}).encode()


def test_pages_that_break_off_leave_a_partial_run_that_says_so(settings: Settings) -> None:
    source = make_source(protocol="ogcapi", options={"collection": "x"}, mapping={"id": "_id", "title": "t"})
    make_activity(source=source, source_record_id="old")
    with rude({}) as server:
        server.routes["/collections/x"] = says(b'{"id": "x", "itemType": "feature", "links": []}', JSON)
        server.routes["/collections/x/items"] = says(page(server.url, range(3), "second"), JSON)
        server.routes["/collections/x/second"] = says(page(server.url, range(3, 6), "third"), JSON)
        settings.ALLOW_HARVEST_HOSTS = [server.host]
        source.address = server.url
        with Client.from_settings() as client:
            run = harvest(source, client)
    assert (run.status, run.error_code, run.read, run.created, run.missing) == ("partial", "http-status", 6, 6, 0)
    assert len(published()) == 7


def test_a_partial_run_restores_what_it_lists(city: City) -> None:
    rows = [row(number) for number in range(30)]
    city.publish_rows(*rows)
    city.harvest()
    Activity.objects.filter(source_record_id="2").update(withdrawn=timezone.now(), missing_since=timezone.now())
    city.publish(json.dumps(rows)[:-200])
    assert (city.harvest().restored, len(published())) == (1, 30)


def test_a_record_that_cannot_be_taken_any_more_is_not_missing(city: City) -> None:
    rows = [row(number) for number in range(7)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish_rows(*rows[1:], rows[0] | {"titre": ""})
    for days in (0, 8):
        with later(days=days):
            run = city.harvest()
    assert (run.status, run.missing, run.rejected, len(published())) == ("complete", 0, 1, 7)


def test_lines_without_an_id_may_be_what_is_missing(city: City) -> None:
    rows = [row(number) for number in range(7)]
    city.publish_rows(*rows)
    city.harvest()
    city.publish_rows(*rows[1:], rows[0] | {"numero": None})
    for days in (0, 8):
        with later(days=days):
            run = city.harvest()
    assert (run.withdrawn, Removal.objects.get().status, len(published())) == (0, "held", 7)


def test_what_was_erased_is_never_taken_again_and_counted(city: City) -> None:
    city.publish_rows(row(1), row(2))
    city.harvest()
    removal.erase(public_id(city.source.uid, "1"))
    city.source.validators = {}
    run = city.harvest()
    assert (run.status, run.rejected_by_code, published()) == ("complete", {"erased": 1}, {"2"})
    assert run.missing == 0


def test_all_rejections_are_counted_though_a_thousand_of_each_kind_are_kept(city: City) -> None:
    bad = [{"numero": number, "titre": ""} for number in range(1_200)]
    city.publish_rows(row("a"), *bad, {"titre": "sans numéro"})
    run = city.harvest()
    assert (run.rejected, run.rejected_by_code) == (1_201, {"no-title": 1_200, "no-id": 1})
    assert run.rejections.filter(code="no-title").count() == 1_000
    assert run.rejections.filter(code="no-id").count() == 1


def test_failures_make_a_source_wait_longer_and_success_forgets_them(city: City) -> None:
    city.publish("[]")
    waits = []
    for _ in range(8):
        city.harvest()
        city.source.refresh_from_db(fields=["due"])
        assert city.source.due is not None
        waits.append((city.source.due - timezone.now()) / timedelta(hours=1))
    assert [round(wait * 10) / 10 for wait in waits[:5]] == pytest.approx([0.25, 0.5, 1, 2, 4], rel=0.2)
    assert waits[7] == pytest.approx(24, rel=0.06)
    city.publish_rows(row(1))
    city.harvest()
    city.source.refresh_from_db(fields=["due", "failures"])
    assert city.source.failures == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [("[]", "no-records"), ("<!doctype html><p>", "html-instead"), ("{", "not-json"), ('[{"a": 1}]', "nothing-taken")],
)
def test_why_a_run_is_not_complete_has_a_code(city: City, content: str, code: str) -> None:
    city.publish(content)
    assert city.harvest().error_code == code


def test_reading_that_takes_too_long_is_partial(city: City, settings: Settings) -> None:
    settings.RUN_S = 0
    city.publish_rows(row(1), row(2))
    run = city.harvest()
    assert (run.status, run.error_code, run.read) == ("partial", "too-long", 1)


def test_a_second_harvest_leaves_at_once_and_leaves_nothing(city: City) -> None:
    city.publish_rows(row(1))
    with lease(city.source):
        run = city.harvest()
    assert (run.status, run.error_code, Run.objects.count()) == ("failed", "under-way", 0)
    report.show([run], report.console())
    assert city.harvest().status == "complete"


def test_a_run_whose_lease_was_taken_over_applies_nothing(city: City) -> None:
    def take_over(*_: Any) -> None:
        Lease.objects.update(token=uuid4())

    city.publish_rows(row(1), row(2))
    run = city.harvest(take_over)
    assert (run.status, run.error_code, published()) == ("failed", "taken-over", set())
    assert Lease.objects.exists()


def test_a_run_that_is_ended_says_so_and_gives_its_lease_back(city: City) -> None:
    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    city.publish_rows(row(1), row(2))
    with pytest.raises(KeyboardInterrupt):
        city.harvest(end)
    run = Run.objects.get()
    assert (run.status, run.error_code, run.read, Lease.objects.exists()) == ("failed", "ended", 0, False)
    assert (city.harvest().status, published()) == ("complete", {"1", "2"})


def test_every_code_has_its_words_in_both_places() -> None:
    assert set(reasons.ERRORS) == set(ADVICE)
    assert {str(reasons.of_error(code).means) for code in ADVICE}.isdisjoint({str(reasons.of_error("?").means)})
