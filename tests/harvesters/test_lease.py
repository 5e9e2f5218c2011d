"""One harvest of a source at a time: who holds the lease, who may take it over, and who can apply nothing any more."""

import os
import signal
import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from harvesters.runs.ending import Ended, ended_by_signals
from harvesters.runs.lease import BROKEN, Held, Lost, lease
from portal.models import Lease, Run, Source
from tests.factories import SEEN, make_source

pytestmark = pytest.mark.django_db(transaction=True)
LEASE_S = 0.4


@pytest.fixture
def source(settings: Settings) -> Source:
    settings.LEASE_S = LEASE_S
    return make_source()


def take_elsewhere(source: Source) -> bool:
    """Whether somebody with a connection of their own gets the lease now."""
    got: list[bool] = []

    def take() -> None:
        with lease(source) as held:
            got.append(held is not None)
        connection.close()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()
    return got[0]


def wait_until_stale() -> None:
    time.sleep(1.5 * LEASE_S)


def test_one_at_a_time_and_free_afterwards(source: Source) -> None:
    with lease(source) as held:
        assert held is not None
        assert not take_elsewhere(source)
    assert take_elsewhere(source)
    assert not Lease.objects.exists()


def test_other_sources_are_free(source: Source) -> None:
    with lease(source):
        assert take_elsewhere(make_source())


def test_a_beating_lease_is_never_taken_over(source: Source) -> None:
    with lease(source) as held:
        for _ in range(3):
            wait_until_stale()
            assert not take_elsewhere(source)
        assert held is not None
        held.check()


def test_a_silent_lease_is_taken_over_and_its_holder_can_apply_nothing(source: Source) -> None:
    token = uuid4()
    Lease.objects.create(source=source, token=token, holder="lost", taken=SEEN, beat=SEEN)
    zombie = Held(source, token)
    with lease(source) as held:
        assert held is not None
        with pytest.raises(Lost), transaction.atomic():
            zombie.fence()
        with transaction.atomic():
            held.fence()


def test_a_heart_finds_out_that_it_beats_for_nothing(source: Source) -> None:
    with lease(source) as held:
        assert held is not None
        Lease.objects.update(token=uuid4())
        wait_until_stale()
        with pytest.raises(Lost):
            held.check()
    assert Lease.objects.exists()


def test_nobody_waits_for_one_that_is_applying_though_no_beat_gets_through(source: Source) -> None:
    with lease(source) as held, transaction.atomic():
        assert held is not None
        held.fence()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [1.5 * LEASE_S])
        assert not take_elsewhere(source)
    assert take_elsewhere(source)


def test_a_process_that_falls_asleep_while_applying_is_given_up(source: Source) -> None:
    with pytest.raises(BROKEN), lease(source) as held:  # noqa: PT012 -- it is the sleep that costs it the lease
        assert held is not None
        with transaction.atomic():
            held.fence()
            wait_until_stale()
            held.fence()
    assert take_elsewhere(source)


def test_a_stuck_run_stops_beating(source: Source, settings: Settings) -> None:
    settings.RUN_S = 0
    with lease(source):
        time.sleep(2 * LEASE_S)
        assert take_elsewhere(source)


def test_the_lease_says_which_run_it_is_for(source: Source) -> None:
    run = Run.objects.create(source=source, started=SEEN)
    with lease(source) as held:
        assert held is not None
        held.serve(run)
        assert Lease.objects.get().run == run
        assert str(os.getpid()) in Lease.objects.get().holder


def test_many_at_once_get_it_once(source: Source) -> None:
    got: list[bool] = []
    start, end = threading.Barrier(8), threading.Barrier(8)

    def take() -> None:
        start.wait()
        with lease(source) as held:
            got.append(held is not None)
            end.wait()
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


@pytest.mark.usefixtures("no_nohup")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_first_signal_ends_and_the_next_do_not_disturb(number: signal.Signals) -> None:
    cleaned = False
    with pytest.raises(Ended) as ended, ended_by_signals():  # noqa: PT012 -- what is done on the way out matters
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), number)
            cleaned = True
    assert (ended.value.code, cleaned) == (128 + number, True)
