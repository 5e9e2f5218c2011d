"""The rules of leaving, as tables: what a complete run concludes, what persons decide, and what stays for ever."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from portal import removal
from portal.models import Activity, Rejection, Removal, Run, Source, Tombstone
from portal.models.activity import public_id
from portal.pages.address import activity_url
from tests.factories import make_activity, make_source

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
Decision = Callable[[Removal, str], Removal]


def fill(source: Source, count: int) -> None:
    for number in range(count):
        make_activity(source=source, source_record_id=str(number))


def complete_run(source: Source, missing: set[str], started: datetime, doubtful: bool = False) -> Run:
    """What a complete run does that lists everything but `missing`."""
    run = Run.objects.create(source=source, started=started, status=Run.Status.COMPLETE)
    stored = Activity.objects.filter(source=source)
    removal.restore(run, stored.exclude(source_record_id__in=missing).exclude(missing_since=None, withdrawn=None))
    removal.mark(run, Activity.objects.published().filter(source=source, source_record_id__in=missing))
    removal.conclude(run, doubtful)
    run.save()
    source.confirmed = started
    return run


def ids(first: int, count: int) -> set[str]:
    return {str(number) for number in range(first, first + count)}


def published(source: Source) -> int:
    return Activity.objects.published().filter(source=source).count()


@pytest.mark.parametrize(
    ("days", "withdrawn"),
    [((0,), 0), ((0, 1), 0), ((0, 6.99), 0), ((0, 7), 2), ((7,), 0), ((0, 1, 7), 2), ((0, 0.01, 7), 2)],
)
def test_two_complete_runs_and_seven_days(days: tuple[float, ...], withdrawn: int) -> None:
    source = make_source()
    fill(source, 10)
    runs = [complete_run(source, {"1", "2"}, START + day * DAY) for day in days]
    assert (runs[-1].missing, runs[-1].withdrawn, published(source)) == (2, withdrawn, 10 - withdrawn)


def test_what_is_listed_again_begins_anew() -> None:
    source = make_source()
    fill(source, 3)
    for day, missing in ((0, {"1"}), (5, set()), (6, {"1"}), (8, {"1"})):
        run = complete_run(source, missing, START + day * DAY)
    assert (run.withdrawn, published(source)) == (0, 3)
    assert Activity.objects.get(source_record_id="1").last_seen == START + 5 * DAY


@pytest.mark.parametrize(
    ("stored", "missing", "percent", "held"),
    [
        (100, 10, 10, False), (100, 11, 10, True), (20, 5, 10, False), (20, 6, 10, True), (5, 5, 10, False),
        (6, 6, 10, True), (59, 5, 10, False), (60, 6, 10, False), (60, 7, 10, True), (100, 40, 40, False),
        (100, 41, 40, True), (100, 6, 0, True), (100, 5, 0, False), (100, 100, 100, False),
    ],
)  # fmt: skip
def test_more_than_the_threshold_is_held(stored: int, missing: int, percent: int, held: bool) -> None:
    source = make_source(removal_percent=percent)
    fill(source, stored)
    complete_run(source, ids(0, missing), START)
    run = complete_run(source, ids(0, missing), START + 8 * DAY)
    assert (Removal.objects.filter(status="held").count(), run.withdrawn) == ((1, 0) if held else (0, missing))


def test_new_ids_for_everything_are_held_however_many_came() -> None:
    source = make_source()
    fill(source, 40)
    run = Run.objects.create(source=source, started=START, created=20, read=20)
    removal.mark(run, Activity.objects.published().filter(source_record_id__in=ids(0, 20)))
    held = removal.conclude(run)
    assert held is not None
    assert (held.status, held.missing, held.published) == ("held", 20, 20)


def test_a_hold_is_one_and_kept_up_to_date() -> None:
    source = make_source()
    fill(source, 30)
    complete_run(source, ids(0, 20), START)
    complete_run(source, ids(5, 15), START + DAY)
    held = Removal.objects.get()
    assert (held.status, held.missing, held.opened) == ("held", 15, START)
    assert set(held.activities.values_list("source_record_id", flat=True)) == ids(5, 15)


def test_a_hold_dissolves_when_most_comes_back() -> None:
    source = make_source()
    fill(source, 30)
    complete_run(source, ids(0, 20), START)
    complete_run(source, ids(0, 2), START + DAY)
    run = complete_run(source, ids(0, 2), START + 8 * DAY)
    assert list(Removal.objects.order_by("id").values_list("status", "decided_by")) == [("dismissed", ""), ("done", "")]
    assert (run.withdrawn, published(source)) == (2, 28)


def test_lines_without_an_id_let_nothing_go_by_itself() -> None:
    source = make_source()
    fill(source, 30)
    for day in (0, 8, 9):
        complete_run(source, {"3"}, START + day * DAY, doubtful=True)
    assert list(Removal.objects.values_list("status", "missing")) == [("held", 1)]
    assert published(source) == 30


def held(source: Source) -> Removal:
    fill(source, 30)
    complete_run(source, ids(0, 20), START)
    return Removal.objects.get()


@pytest.mark.parametrize(
    ("decisions", "status", "left"),
    [
        ([removal.accept], "done", 10),
        ([removal.accept, removal.accept], "done", 10),
        ([removal.dismiss], "dismissed", 30),
        ([removal.dismiss, removal.dismiss], "dismissed", 30),
        ([removal.accept, removal.undo], "undone", 30),
        ([removal.accept, removal.undo, removal.undo], "undone", 30),
        ([removal.accept, removal.undo, removal.accept], "done", 10),
        ([removal.dismiss, removal.accept], "done", 10),
    ],
)
def test_decisions(decisions: list[Decision], status: str, left: int) -> None:
    source = make_source()
    found = held(source)
    for decide in decisions:
        found = decide(found, "Ana")
    assert (found.status, found.decided_by, published(source)) == (status, "Ana", left)


@pytest.mark.parametrize(
    ("before", "too_late"), [([], removal.undo), ([removal.accept], removal.dismiss), ([removal.dismiss], removal.undo)]
)
def test_what_cannot_be_decided_any_more_is_said(before: list[Decision], too_late: Decision) -> None:
    found = held(make_source())
    for decide in before:
        decide(found, "Ana")
    with pytest.raises(removal.NotPossible):
        too_late(found, "Ana")


@pytest.mark.parametrize("decisions", [[removal.dismiss], [removal.accept, removal.undo]])
def test_what_a_person_keeps_is_not_asked_for_again(decisions: list[Decision]) -> None:
    source = make_source()
    found = held(source)
    for decide in decisions:
        found = decide(found, "Ana")
    run = complete_run(source, ids(0, 20), START + 8 * DAY)
    assert (run.withdrawn, Removal.objects.count(), published(source)) == (0, 1, 30)


@pytest.mark.parametrize(("days", "possible"), [(29, True), (30, False)])
def test_a_removal_can_be_undone_for_thirty_days(days: int, possible: bool) -> None:
    source = make_source()
    fill(source, 3)
    for day in (0, 7):
        complete_run(source, {"1"}, START + day * DAY)
    done = Removal.objects.get()
    with time_machine.travel(START + (7 + days) * DAY, tick=False):
        assert removal.purge(source) == (0 if possible else 1)
        if possible:
            removal.undo(done, "Ana")
        else:
            with pytest.raises(removal.NotPossible):
                removal.undo(done, "Ana")
    assert published(source) == (3 if possible else 2)


def test_what_comes_back_is_restored_even_after_it_was_withdrawn() -> None:
    source = make_source()
    held_before = held(source)
    removal.accept(held_before, "Ana")
    run = complete_run(source, ids(0, 1), START + DAY)
    assert (run.restored, published(source)) == (19, 29)


def test_what_is_purged_is_gone_and_says_so(client: Client) -> None:
    activity = make_activity(withdrawn=START)
    path = activity_url(activity)
    with time_machine.travel(START + 31 * DAY):
        assert removal.purge(activity.source) == 1
    assert [
        client.get(path).status_code,
        client.get(f"/api/collections/all/items/{activity.public_id}").status_code,
    ] == [410, 410]
    assert not Activity.objects.exists()


def test_what_was_purged_and_comes_back_loses_its_tombstone() -> None:
    activity = make_activity(source_record_id="1", withdrawn=START)
    with time_machine.travel(START + 31 * DAY):
        removal.purge(activity.source)
    make_activity(source=activity.source, source_record_id="1")
    assert removal.respect_tombstones(activity.source) == []
    assert not Tombstone.objects.exists()


def test_what_is_erased_is_gone_everywhere_at_once(client: Client) -> None:
    activity = make_activity(title="Jardin", source_record_id="1")
    run = Run.objects.create(source=activity.source, started=START)
    Rejection.objects.create(run=run, position=1, record_id="1", code="no-title", reason="x")
    call_command("erase", str(activity.public_id))
    for path in (activity_url(activity), f"/api/collections/all/items/{activity.public_id}"):
        assert client.get(path).status_code == 410
    for form in ("json", "csv"):
        answer = client.get(f"/api/collections/all/items?f={form}")
        assert "Jardin" not in answer.getvalue().decode()
    assert client.get("/api/collections/all/items?q=jardin").json()["numberMatched"] == 0
    assert (Tombstone.objects.get().reason, Rejection.objects.count()) == ("erased", 0)


def test_a_record_that_is_erased_while_a_run_is_under_way_does_not_come_with_it() -> None:
    source = make_source()
    fill(source, 2)
    assert removal.erase(public_id(source.uid, "1"))
    make_activity(source=source, source_record_id="1")
    assert removal.respect_tombstones(source) == ["1"]
    assert removal.erased_ids(source) == {"1"}
    assert published(source) == 1


def test_erasing_what_never_was_is_said() -> None:
    with pytest.raises(CommandError, match="there was none"):
        call_command("erase", "95c407b3-f647-56e8-aa74-3768228e1e2e")


def test_the_commands_list_and_decide(capsys: pytest.CaptureFixture[str]) -> None:
    source = make_source(slug="mons")
    found = held(source)
    call_command("removals")
    call_command("removals", "accept", str(found.pk), "--by", "Ana")
    call_command("removals", "list")
    call_command("removals", "undo", str(found.pk), "--by", "Bo")
    said = capsys.readouterr().out
    assert f"{found.pk}  mons  20 of 30 records" in said
    assert "nothing waits for a decision" in said
    assert (published(source), Removal.objects.get().decided_by) == (30, "Bo")
    with pytest.raises(CommandError, match="no removal 0"):
        call_command("removals", "accept", "0")


def test_the_first_twenty_titles_are_shown_with_their_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    source = make_source(slug="mons", timezone="America/Toronto")
    found = Removal.objects.create(source=source, status="held", missing=22, published=30, opened=START)
    for number in range(22):
        make_activity(source=source, title=f"Fiche {number:02}", missing_since=START, missing_runs=2, removal=found)
    call_command("removals")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("2026-10-01 00:00 EDT  held")
    assert [line.split("  ")[3] for line in lines[1:21]] == [f" Fiche {number:02}".strip() for number in range(20)]
    assert all("http" in line for line in lines[1:21])
    assert lines[21:] == ["      and 2 more"]
