"""Real workers, as processes of their own, on the test's database and portals of the loopback."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from harvesters import tasks
from portal.models import Activity, Run, Source
from tests.factories import make_source
from tests.harvesters.rude import Behaviour, Send, rude, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
ROWS = [{"id": f"r{number}", "title": f"Titre {number}"} for number in range(30)]
LEASE_S = 2.0
ENOUGH_S = 90.0
JSON = "Content-Type: application/json"
Worker = subprocess.Popen[bytes]


@contextmanager
def workers(count: int, host: str, *words: str) -> Iterator[list[Worker]]:
    """So many processes of `./parages worker`; those that are left at the end are killed."""
    name = connection.settings_dict
    url = f"postgis://{name['USER']}:{name['PASSWORD']}@:{name['PORT']}/{name['HOST']}/{name['NAME']}"
    env = {**os.environ, "DATABASE_URL": url, "PARAGES_ALLOW_HOSTS": host, "PARAGES_LEASE_S": str(LEASE_S)}
    command = [sys.executable, "-m", "django", "worker", *words]
    started = [subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) for _number in range(count)]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def sources(url: str, count: int) -> list[Source]:
    return [make_source(address=f"{url}/{number}.json", enabled=True) for number in range(count)]


def until(is_so: object) -> None:
    assert callable(is_so)
    last = time.monotonic() + ENOUGH_S
    while not is_so():
        assert time.monotonic() < last
        time.sleep(0.1)


def answers(count: int) -> dict[str, Behaviour]:
    return {f"/{number}.json": says(json.dumps(ROWS).encode(), JSON) for number in range(count)}


@pytest.mark.parametrize("count", [1, 10])
def test_two_workers_do_no_work_twice(count: int) -> None:
    with rude(answers(count)) as server:
        each = sources(server.url, count)
        with workers(2, server.host, "--once") as both:
            assert [worker.wait(ENOUGH_S) for worker in both] == [0, 0]
        with workers(1, server.host, "--once") as last:
            assert last[0].wait(ENOUGH_S) == 0
        asked = {path: len(times) for path, times in server.asked.items() if path.endswith(".json")}
    assert asked == {f"/{number}.json": 1 for number in range(count)}
    told = sorted(Run.objects.values_list("source", "status", "created", "trigger"))
    assert told == [(source.pk, "complete", len(ROWS), "schedule") for source in each]


def test_what_a_killed_worker_had_begun_is_done_by_another() -> None:
    free = threading.Event()

    def held(send: Send, count: int) -> None:
        if count == 1:
            free.wait(ENOUGH_S)
        says(json.dumps(ROWS).encode(), JSON)(send, count)

    with rude({"/0.json": held}) as server:
        [source] = sources(server.url, 1)
        with workers(1, server.host) as [doomed]:
            until(lambda: server.asked["/0.json"])
            doomed.kill()
            doomed.wait()
        assert ProcrastinateJob.objects.filter(task_name="harvest", status="doing").count() == 1
        time.sleep(tasks.STALLED_LEASES * LEASE_S + 1)
        with workers(1, server.host, "--once") as [heir]:
            assert heir.wait(ENOUGH_S) == 0
        free.set()
    assert Activity.objects.published().filter(source=source).count() == len(ROWS)
    assert sorted(Run.objects.values_list("status", flat=True)) == ["complete", "failed"]
    assert not ProcrastinateJob.objects.filter(task_name="harvest", args__trigger=Run.Trigger.ADMIN).exists()


def test_a_worker_that_is_told_to_end_finishes_what_it_does() -> None:
    def slow(send: Send, count: int) -> None:
        time.sleep(2)
        says(json.dumps(ROWS).encode(), JSON)(send, count)

    with rude({"/0.json": slow}) as server:
        [source] = sources(server.url, 1)
        with workers(1, server.host) as [worker]:
            until(lambda: server.asked["/0.json"])
            worker.terminate()
            assert worker.wait(ENOUGH_S) == 0
    assert Run.objects.get(source=source).status == Run.Status.COMPLETE


def test_a_worker_with_no_time_to_finish_ends_all_the_same() -> None:
    def endless(send: Send, count: int) -> None:
        time.sleep(20)

    with rude({"/0.json": endless}) as server:
        sources(server.url, 1)
        with workers(1, server.host, "--grace", "0.5") as [worker]:
            until(lambda: server.asked["/0.json"])
            started = time.monotonic()
            worker.terminate()
            assert worker.wait(ENOUGH_S) == 1
            assert time.monotonic() - started < 15
    assert not Activity.objects.exists()


def test_a_lost_job_that_was_asked_for_again_is_not_put_back_twice() -> None:
    with rude(answers(1)) as server:
        [source] = sources(server.url, 1)
        tasks.ask_for([source], Run.Trigger.ADMIN)
        with connection.cursor() as cursor:  # as a worker of which nothing is left, not even its row, would have it
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'harvest'")
        tasks.ask_for([source], Run.Trigger.ADMIN)
        with workers(1, server.host, "--once") as [heir]:
            assert heir.wait(ENOUGH_S) == 0
    assert Run.objects.count() == 1
    assert not ProcrastinateJob.objects.filter(task_name="harvest", args__trigger=Run.Trigger.ADMIN).exists()


def test_a_worker_whose_queue_is_gone_ends_in_one_line_of_words() -> None:
    name = connection.settings_dict
    url = f"postgis://{name['USER']}:{name['PASSWORD']}@:{name['PORT']}/{name['HOST']}/postgres"
    command = [sys.executable, "-m", "django", "worker", "--once"]
    env = {**os.environ, "DATABASE_URL": url}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=ENOUGH_S, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: The queue in the database is gone")
    assert len(done.stderr.splitlines()) == 1
