"""What every test needs: a secret of its own, and a database of its own when several people test at once."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

# The same examples for everybody, so that a red run is red again; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure() -> None:
    if not os.environ.get("PARAGES_SECRET_KEY"):
        settings.SECRET_KEY = "only-for-tests"
    # A test's transaction is seen by nobody else, and what it wrote must be answered at once.
    settings.READ_POOL, settings.VERSION_S, settings.CACHE_MB = 0, 0, 0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """PYTEST_DB_SUFFIX gives the test database a name of its own."""
    suffix = os.environ.get("PYTEST_DB_SUFFIX")
    if suffix:
        database = settings.DATABASES["default"]
        database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{suffix}"


@pytest.fixture(autouse=True)
def french() -> None:
    """Each test begins in the site's own language, whatever page the one before asked for."""
    translation.activate(settings.LANGUAGE_CODE)


class FollowingClient(Client):
    """Before it asks, the read tables follow what the test wrote, as they do within a transaction of our own code."""

    def request(self, **request: Any) -> Any:
        from portal import read  # noqa: PLC0415 -- models are there only once Django is set up

        # Past the ORM, so that a test that counts its queries does not count this one.
        if connection.in_atomic_block:
            (waits,) = connection.connection.execute("SELECT EXISTS (SELECT FROM read_stale)").fetchone()
            if waits:
                read.refresh()
        return super().request(**request)


@pytest.fixture
def client() -> Client:
    return FollowingClient()


@pytest.fixture
def no_nohup() -> Iterator[None]:
    """Under `nohup` a hang-up is ignored from the start, and what we test respects that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
