"""What an address asks of the database: its statements as they are sent, to be explained or timed."""

from typing import Any

from django.test import RequestFactory
from django.urls import resolve

from portal.read import database, density, version


def statements(address: str) -> list[tuple[str, dict[str, Any]]]:
    """The statements of a GET of the API, in the order that they are sent, with their values by name.

    Those of the data version and of the density of the map are left out: a process asks them once for many.
    """
    request = RequestFactory().get(address)
    found = resolve(request.path)
    with database.noted() as sent:
        found.func(request, *found.args, **found.kwargs)
    return [(sql, dict(params)) for sql, params in sent if sql not in (version.ASK, density.CELLS)]
