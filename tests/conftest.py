"""What every test needs: a secret of its own, and a database of its own when several people test at once."""

import os
import signal
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.utils import translation

# The same examples for everybody, so that a red run is red again; HYPOTHESIS_PROFILE=search looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure() -> None:
    if not os.environ.get("PARAGES_SECRET_KEY"):
        settings.SECRET_KEY = "only-for-tests"


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


@pytest.fixture
def no_nohup() -> Iterator[None]:
    """Under `nohup` a hang-up is ignored from the start, and what we test respects that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
