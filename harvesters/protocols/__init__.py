"""The contract of a protocol: one file in this folder with one function,

    def read(source: Source, client: Client) -> Reading

which fetches only through `client` and gives plain rows, as the portal names and writes things (see `reading.py`).
A protocol is found by the name of its file: `protocol = "ckan"` is `ckan.py`. There is no other list.
"""

import pkgutil
from importlib import import_module

from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.reading import Reading, Row
from portal.models import Source

__all__ = ["Client", "PortalError", "Reading", "Row", "Source", "names", "read"]


def names() -> list[str]:
    """The protocols there are: one per file of this folder."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def read(source: Source, client: Client) -> Reading:
    """Read `source` by the protocol it names. Raises PortalError (unknown-protocol)."""
    if source.protocol not in names():
        raise PortalError(
            "unknown-protocol", f"There is no protocol “{source.protocol}”; there are: {', '.join(names())}."
        )
    reading: Reading = import_module(f"{__name__}.{source.protocol}").read(source, client)
    return reading
