"""The demo portals: harvested over real HTTP from a loopback server that lives as long as one harvest.

A demo source's address starts with `demo:/`; what follows is a path of `fixtures/portals`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings

from harvesters.http import Client
from harvesters.loopback import portals
from portal.models import Source

SCHEME = "demo:"


@contextmanager
def client_for(source: Source) -> Iterator[Client]:
    """A Client that can read the source; for a demo source, its address is set to where the portals are now."""
    if not source.address.startswith(SCHEME):
        with Client.from_settings() as client:
            yield client
        return
    with portals(settings.BASE_DIR / "fixtures" / "portals") as base_url:
        source.address = base_url + source.address.removeprefix(SCHEME)
        with Client.from_settings(also_allow=[urlsplit(base_url).netloc]) as client:
            yield client
