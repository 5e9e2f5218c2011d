from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from geo import gazetteer


@pytest.fixture(scope="package")
def bundled(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """The whole bundled gazetteer, loaded once for these tests; the number of its places."""
    with django_db_blocker.unblock():
        yield gazetteer.load()
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE geo_area CASCADE")


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    with translation.override(settings.LANGUAGE_CODE):
        yield
