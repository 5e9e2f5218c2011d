from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """A request leaves its language active in the thread; each test begins in the site's first one."""
    with translation.override(settings.LANGUAGE_CODE):
        yield
