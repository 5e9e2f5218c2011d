"""DKAN 2: no CKAN API, but a metastore whose datasets have the form of data.json (getdkan/dkan, modules/metastore)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from harvesters.catalogues.entry import Entry
from harvesters.catalogues.pod import pod_entries, pod_entry
from harvesters.errors import PortalError
from harvesters.http import Client
from harvesters.portals import DATASETS_MAX

METASTORE = "/api/1/metastore/schemas"
PAGE = 100


def metastore_entry(client: Client, address: str, identifier: str) -> Entry:
    """One dataset. Raises PortalError."""
    url = f"{address.rstrip('/')}{METASTORE}/dataset/items/{quote(identifier, safe='')}"
    told = client.get_json(url)
    entry = pod_entry(told) if isinstance(told, dict) else None
    if entry is None:
        raise odd(address)
    return entry


def metastore_entries(client: Client, address: str) -> Iterator[Entry]:
    """All datasets, each once. Raises PortalError."""
    url = f"{address.rstrip('/')}{METASTORE}/dataset/items"
    seen: set[str] = set()
    for offset in range(0, DATASETS_MAX, PAGE):
        page: Any = client.get_json(url, {"offset": offset, "limit": PAGE})
        if not isinstance(page, list):
            raise odd(address)
        fresh = [entry for entry in pod_entries(page) if entry and entry.id not in seen]
        if not fresh:
            return
        seen.update(entry.id for entry in fresh)
        yield from fresh


def odd(address: str) -> PortalError:
    return PortalError("portal-error", f"{address} answers in a form that is not DKAN's.")
