"""Harvests that are ended at random moments: readers never see less, nothing is half, the next run is exact."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from harvesters.runs.apart import harvest_apart
from harvesters.runs.lease import lease
from portal.models import Activity, ActivityText, Lease, Run
from tests.factories import make_source
from tests.harvesters.children import LEASE_S, NAME, Nursery, environment, nursery, one, outside, reader
from tests.harvesters.city import MAPPING, City, open_city, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
KILLS, CUTS, TERMS, TAKEOVERS, SLEEPS = 200, 40, 20, 8, 10
RECORDS = 400
BETWEEN = 10
"""So many are ended before one harvest is let go to its end."""


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with open_city(tmp_path, slug="ville") as opened:
        opened.publish("[]")
        opened.source.save()
        yield opened


class Portal:
    """A portal whose list changes with each step: a third of the titles, some records more, never one less."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.rows = [row(number) for number in range(RECORDS)]
        self.dice = random.Random(2_026)
        self.step = 0

    def change(self) -> None:
        self.step += 1
        for place in self.dice.sample(range(len(self.rows)), len(self.rows) // 3):
            self.rows[place] = self.rows[place] | {"titre": f"Fiche {place}, état {self.step}"}
        self.rows += [row(len(self.rows) + more) for more in range(self.dice.randrange(3))]
        self.city.publish_rows(*self.rows)

    def listed(self) -> set[tuple[str, str]]:
        return {(str(record["numero"]), str(record["titre"])) for record in self.rows}


def stored() -> list[tuple[str, str]]:
    return list(Activity.objects.published().values_list("source_record_id", "title"))


def assert_exact(portal: Portal, children: Nursery) -> None:
    """One harvest that is left alone gives just what the portal lists, and tidies up after those that were killed."""
    time.sleep(1.2 * LEASE_S)
    assert children.harvest("ville") == 0
    assert sorted(stored()) == sorted(portal.listed())
    assert not Run.objects.filter(status=Run.Status.RUNNING).exists()
    assert not Lease.objects.exists()
    assert not ActivityText.objects.filter(stale=True).exists()


def duration_s(children: Nursery, portal: Portal) -> float:
    """How long one harvest takes."""
    portal.change()
    started = time.monotonic()
    assert_exact(portal, children)
    return time.monotonic() - started - 1.2 * LEASE_S


def test_two_hundred_kills_at_random_moments(city: City) -> None:
    portal = Portal(city)
    with nursery(city) as children, reader() as seen:
        whole_s, ended = max(duration_s(children, portal) for _ in range(2)), list[int]()
        while ended.count(-signal.SIGKILL) < KILLS:
            portal.change()
            time.sleep(1.2 * LEASE_S)
            ended.append(children.harvest("ville", portal.dice.uniform(0, whole_s)))
            if len(ended) % BETWEEN == 0:
                assert_exact(portal, children)
        assert_exact(portal, children)
    assert (seen.fewer, seen.looked > KILLS) == ([], True)
    killed = Run.objects.filter(error_code="ended")
    assert killed.exists()
    assert not killed.exclude(status=Run.Status.FAILED, read=0).exists()


def test_a_harvest_that_is_told_to_end_says_so(city: City) -> None:
    portal = Portal(city)
    with nursery(city) as children, reader() as seen:
        whole_s, told = duration_s(children, portal), 0
        for _ in range(TERMS):
            portal.change()
            status = children.harvest("ville", portal.dice.uniform(0.2, 0.9) * whole_s, "SIGTERM")
            told += status == 128 + signal.SIGTERM
            assert not Lease.objects.exists()
            assert not Run.objects.filter(status=Run.Status.RUNNING).exists()
        assert_exact(portal, children)
    assert seen.fewer == []
    # Some are told before their run began, or after it was applied.
    assert 0 < Run.objects.filter(error_code="ended").count() <= told


def cut_connections(end: threading.Event, dice: random.Random, whole_s: float, cuts: list[int]) -> None:
    """Have the database drop the harvests' connections at random moments."""
    theirs = f"application_name = '{NAME}' AND datname = current_database()"
    drop = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {theirs}"
    with outside() as operator:
        while not end.wait(dice.uniform(0.05, whole_s)):
            cuts.append(one(operator, drop))


def test_connections_that_are_cut_at_random_moments(city: City) -> None:
    portal = Portal(city)
    statuses, cuts = list[int](), list[int]()
    with nursery(city) as children, reader() as seen:
        whole_s, end = duration_s(children, portal), threading.Event()
        cutter = threading.Thread(target=cut_connections, args=(end, portal.dice, whole_s, cuts))
        cutter.start()
        try:
            while sum(cuts) < CUTS:
                portal.change()
                statuses.append(children.harvest("ville"))
        finally:
            end.set()
            cutter.join()
        assert_exact(portal, children)
    assert (seen.fewer, set(statuses) <= {0, 1}) == ([], True)
    assert Run.objects.filter(error_code="database").exists()


def test_of_two_harvests_at_once_one_leaves(city: City) -> None:
    portal = Portal(city)
    portal.change()
    statuses: list[int] = []

    def harvest(children: Nursery) -> None:
        statuses.append(children.harvest("ville"))

    with nursery(city) as one_machine, nursery(city) as another:
        for _ in range(10):
            portal.change()
            threads = [threading.Thread(target=harvest, args=[machine]) for machine in (one_machine, another)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert_exact(portal, one_machine)
    runs = list(Run.objects.order_by("started"))
    assert all(before.finished and before.finished <= after.started for before, after in pairwise(runs))
    assert {run.status for run in runs} == {"complete"}
    assert statuses.count(0) == len(runs) - 1


def test_the_lease_of_a_dead_process_is_taken_over_by_whoever_tries(city: City) -> None:
    portal = Portal(city)
    with nursery(city) as children:
        whole_s, taken_over = duration_s(children, portal), 0
        while taken_over < TAKEOVERS:
            portal.change()
            children.harvest("ville", portal.dice.uniform(0, whole_s))
            taken_over += Lease.objects.exists()
            while children.harvest("ville"):
                assert Lease.objects.exists()
        assert_exact(portal, children)


def holder() -> int:
    """The process that has the lease, once there is one."""
    while not (held := Lease.objects.first()):
        time.sleep(0.005)
    return int(held.holder.split()[-1])


def tell(pid: int, number: signal.Signals) -> None:
    """Signal a harvest, if it has not ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def fall_asleep(children: Nursery, seconds: float, statuses: list[int]) -> tuple[threading.Thread, int]:
    """A harvest that is stopped in the middle, as by a laptop's lid."""
    thread = threading.Thread(target=lambda: statuses.append(children.harvest("ville")))
    thread.start()
    pid = holder()
    time.sleep(seconds)
    tell(pid, signal.SIGSTOP)
    return thread, pid


def test_one_that_wakes_up_after_it_was_taken_over_applies_nothing(city: City) -> None:
    portal = Portal(city)
    statuses: list[int] = []
    with nursery(city) as sleepy, nursery(city) as awake, reader() as seen:
        whole_s = duration_s(awake, portal)
        duration_s(sleepy, portal)
        for _ in range(SLEEPS):
            portal.change()
            thread, pid = fall_asleep(sleepy, portal.dice.uniform(0, 0.6) * whole_s, statuses)
            portal.change()
            while awake.harvest("ville"):
                continue
            tell(pid, signal.SIGCONT)
            thread.join()
            assert sorted(stored()) == sorted(portal.listed())
        assert_exact(portal, awake)
    assert (seen.fewer, set(statuses) <= {0, 1}) == ([], True)
    assert Run.objects.filter(error_code="ended").exists()


def test_several_at_once_each_in_a_process_of_its_own(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(city, PARAGES_LEASE_S="60").items():
        monkeypatch.setenv(name, value)
    city.publish_rows(row(1), row(2))
    city.source.save()
    others = [make_source(slug=f"ville-{n}", address=city.source.address, mapping=MAPPING) for n in range(3)]
    broken = make_source(slug="absente", address=f"{city.base_url}/nothing.json")
    runs = harvest_apart([broken, city.source, *others], jobs=3)
    assert sorted((run.source.slug, run.status) for run in runs) == [
        ("absente", "failed"), ("ville", "complete"), ("ville-0", "complete"), ("ville-1", "complete"),
        ("ville-2", "complete"),
    ]  # fmt: skip
    with lease(city.source):
        assert [run.error_code for run in harvest_apart([city.source], jobs=2)] == ["under-way"]
