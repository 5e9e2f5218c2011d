"""What tests on whole files of true portals share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from geo.gazetteer import load


@pytest.fixture(scope="module")
def gazetteer(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The whole gazetteer, for the tests of one module."""
    with django_db_blocker.unblock():
        load()
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE geo_area CASCADE")  # the ORM would look into tables that only a run has
