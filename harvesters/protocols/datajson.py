"""data.json (Project Open Data, DCAT-US 1.1): a whole catalogue in one file, as ArcGIS Hub and others publish it.

`address`: the file's (`https://example.org/data.json`), or the portal's, or a page of a dataset of ArcGIS Hub.
Options:

- `dataset`: the identifier of one dataset, its page, or how either of them ends; all datasets when it is missing;
- `formats`, `resource` and those of the file's format: see `catalogues/resources.py`.

Quirks: the first version of the form was a bare list; one distribution stands without a list; many files have only
an `accessURL`; ArcGIS Hub names its services “Esri Rest API”; a file of more than 50 MB is not read.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harvesters.catalogues.documents import candidates, document_entries, fetched
from harvesters.catalogues.entry import dataset_of, named_entry
from harvesters.catalogues.pod import told_datasets
from harvesters.catalogues.resources import read_entries
from harvesters.http import Client
from harvesters.http.session import check_address
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

FORMS = ("project-open-data", "resources.data.gov")


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    check_address(source.address.strip())
    url, document = fetched(source.address, client)
    name = str(source.options.get("dataset") or page_of(source.address))
    entries = document_entries(document, url, reading)
    yield from read_entries(named_entry(entries, name) if name else entries, source, client, reading)


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """Every dataset of the catalogue. Raises PortalError."""
    check_address(address.strip())
    url, document = fetched(address, client)
    for entry in document_entries(document, url, Reading(lambda _: iter(()))):
        yield dataset_of(entry, "datajson", url)


def probe(address: str, client: Client) -> Portal | None:
    """The catalogue that stands at an address or beside it. At most three requests."""
    check_address(address.strip())
    page = page_of(address)
    for url in candidates(address):
        document = tried(lambda url=url: client.get_json(url))  # type: ignore[misc]
        if (listed := told_datasets(document)) is not None and (listed or is_declared(document)):
            says_so = is_declared(document)
            evidence = "it says that it is in the form of data.json" if says_so else "it has the form of data.json"
            return Portal("datajson", url, {"dataset": page} if page else {}, "", 1.0 if says_so else 0.8, evidence)
    return None


def is_declared(document: Any) -> bool:
    return isinstance(document, dict) and any(form in str(document.get("conformsTo")) for form in FORMS)


def page_of(address: str) -> str:
    """The dataset whose page an address is (`/datasets/ville::lieux/explore`), or ""."""
    path = urlsplit(address.strip()).path
    segments = [] if path.endswith(".json") else [segment for segment in path.split("/") if segment]
    at = segments.index("datasets") + 1 if "datasets" in segments else len(segments)
    return segments[at] if at < len(segments) else ""
