"""A whole catalogue in one JSON document, in the form of data.json."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harvesters.catalogues.entry import Entry
from harvesters.catalogues.pod import pod_entries, told_datasets
from harvesters.errors import PortalError
from harvesters.http import Client, json_of
from harvesters.http.session import shown
from harvesters.portals import DATASETS_MAX
from harvesters.reading import Reading

# Where portals keep theirs: the form asks for the first, ArcGIS Hub has both.
PLACES = ("/data.json", "/api/feed/dcat-us/1.1.json")


def document_entries(document: Any, address: str, reading: Reading) -> Iterator[Entry]:
    """The datasets of a document, each once. Raises PortalError."""
    listed = told_datasets(document)
    if listed is None:
        raise PortalError("portal-error", f"{shown(address)} is no catalogue in the form of data.json.")
    seen: set[str] = set()
    nameless = 0
    for entry in pod_entries(listed[:DATASETS_MAX]):
        nameless += entry is None
        if entry and entry.id not in seen:
            seen.add(entry.id)
            yield entry
    say_nameless(nameless, reading)
    if len(listed) > DATASETS_MAX:
        reading.stop(f"Only the first {DATASETS_MAX} of {len(listed)} datasets of the catalogue are read.")


def say_nameless(count: int, reading: Reading) -> None:
    if count:
        reading.note(f"{count} datasets of the catalogue were left out: they have neither identifier nor page.")


def candidates(address: str) -> list[str]:
    """Where the document of an address may lie: the address when it is a file's, else the places of its portal."""
    parts = urlsplit(address.strip())
    if parts.path.endswith(".json") or parts.query:
        return [address.strip()]
    portal = f"{parts.scheme}://{parts.netloc}"
    below = parts.path.rstrip("/").partition("/datasets")[0].removesuffix("/search")
    return list(dict.fromkeys([portal + below + PLACES[0], portal + PLACES[0], portal + PLACES[1]]))


def fetched(address: str, client: Client) -> tuple[str, Any]:
    """The document of an address and where it lies. Raises PortalError, that of the first place tried."""
    refusal: PortalError | None = None
    for url in candidates(address):
        try:
            return url, json_of(client.get(url, is_bulk=True))
        except PortalError as error:
            if error.code not in ("http-status", "html-instead", "not-json", "empty"):
                raise
            refusal = refusal or error
    raise refusal or PortalError("bad-address", f"“{shown(address)}” is not an address that can be read.")
