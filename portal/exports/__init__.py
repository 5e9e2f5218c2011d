"""The formats in which the whole answer to a question is given: one file of this folder each.

A format's file has `respond(results, name) -> HttpResponse`; it is found by the file's name.
"""

import pkgutil
from importlib import import_module
from typing import Protocol, cast

from django.http.response import HttpResponseBase

from portal.results import Results


class Format(Protocol):
    def respond(self, results: Results, name: str) -> HttpResponseBase:
        """The whole answer, streamed, as a file of that name."""
        ...


FORMATS: dict[str, Format] = {
    module.name: cast(Format, import_module(f"{__name__}.{module.name}")) for module in pkgutil.iter_modules(__path__)
}
