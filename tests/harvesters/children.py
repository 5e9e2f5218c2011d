"""Harvests in processes of their own, for tests that end them; and a reader who looks on meanwhile."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connection

from tests.harvesters.city import City

LEASE_S = 0.3
NAME = "parages-nursery"
NEVER = 3_600.0
READ_S = 0.003
CONNECTION = ("dbname", "user", "password", "host", "port")


def database_url() -> str:
    """The address of the test database, for another process."""
    base, _, _name = os.environ.get("DATABASE_URL", "postgis:///parages").rpartition("/")
    return f"{base}/{connection.settings_dict['NAME']}"


def environment(city: City, **more: str) -> dict[str, str]:
    """What a process needs to harvest the city into the test database."""
    own = {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PARAGES_SECRET_KEY": "only-for-tests",
        "PARAGES_ALLOW_HOSTS": urlsplit(city.base_url).netloc,
        "PARAGES_LEASE_S": str(LEASE_S),
        "PGAPPNAME": NAME,
    }
    return {**os.environ, **own, **more}


@dataclass
class Nursery:
    """The process of `nursery.py`."""

    process: "subprocess.Popen[str]"

    def harvest(self, slug: str, seconds: float = NEVER, signal_name: str = "SIGKILL") -> int:
        """One harvest, which gets the signal after so long; its exit status, negative for a signal."""
        self._stdin.write(f"{slug} {seconds} {signal_name}\n")
        self._stdin.flush()
        return int(self._stdout.readline())

    @property
    def _stdin(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def _stdout(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout


@contextmanager
def nursery(city: City) -> Iterator[Nursery]:
    command = [sys.executable, "-m", "tests.harvesters.nursery"]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment(city), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


def outside() -> "psycopg.Connection[tuple[int, ...]]":
    """A connection that is not Django's."""
    known = {key: value for key, value in connection.get_connection_params().items() if key in CONNECTION}
    return psycopg.connect(**known, autocommit=True)


def one(asked: "psycopg.Connection[tuple[int, ...]]", question: str) -> int:
    row = asked.execute(question).fetchone()
    assert row is not None
    return row[0]


@dataclass
class Reader:
    """Counts the published records again and again; `fewer` tells of each time that there were less than before."""

    looked: int = 0
    fewer: list[tuple[int, int]] = field(default_factory=list)


@contextmanager
def reader() -> Iterator[Reader]:
    """Somebody who reads the site all the while."""
    seen, end = Reader(), threading.Event()

    def read() -> None:
        most = 0
        with outside() as reading:
            while not end.wait(READ_S):
                count = one(reading, "SELECT count(*) FROM portal_activity WHERE withdrawn IS NULL")
                seen.looked += 1
                if count < most:
                    seen.fewer.append((most, count))
                most = max(most, count)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield seen
    finally:
        end.set()
        thread.join()
