"""DCAT and DCAT-AP catalogues in RDF/XML, Turtle or JSON-LD, page by page (Hydra).

`address`: the catalogue's (`https://example.org/catalog.ttl`), or a dataset's own RDF. Options:

- `dataset`: the IRI, identifier or page of one dataset; all datasets when it is missing;
- `formats`, `resource` and those of the file's format: see `catalogues/resources.py`.

A dataset is known by its IRI, else by its dct:identifier, else by its landing page. Quirks: the next page is given
as an IRI or as text (ckanext-dcat), of a PartialCollectionView or of a PagedCollection; media types of answers lie;
behind a proxy a catalogue calls itself http; many distributions have an accessURL alone, often a web page. A JSON-LD
context that lies elsewhere is never fetched: only data.json's form is known without it.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from harvesters import sandbox
from harvesters.catalogues.csw import is_saved
from harvesters.catalogues.documents import document_entries, say_nameless
from harvesters.catalogues.entry import Entry, dataset_of, entry_from, named_entry
from harvesters.catalogues.pod import told_datasets
from harvesters.catalogues.rdf import catalogue_page
from harvesters.catalogues.resources import read_entries
from harvesters.errors import PortalError
from harvesters.http import Answer, Client, refuse_page
from harvesters.http.session import check_address, shown
from harvesters.portals import DATASETS_MAX, Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.portals.walk import Walk
from harvesters.reading import Reading, Row
from portal.models import Source

ACCEPT = {"Accept": "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1"}
BYTES_MAX = 50_000_000
MEMORY_MIB = 800  # rdflib takes about ten times the size of what it reads
SECONDS = 120.0
LANGUAGES = ("fr", "en")
DCAT = b"http://www.w3.org/ns/dcat#"
JSON = re.compile(rb"\{|\[\s*\{")  # Turtle may begin with a bracket as well
PLACES = ("", "/catalog.ttl")  # where ckanext-dcat has it


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    entries = catalogue(source.address, client, reading, (source.lang, *LANGUAGES))
    if name := str(source.options.get("dataset") or ""):
        entries = named_entry(entries, name)
    yield from read_entries(entries, source, client, reading)


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """Every dataset of the catalogue, as its pages come. Raises PortalError."""
    for entry in catalogue(address, client, Reading(lambda _: iter(())), LANGUAGES):
        yield dataset_of(entry, "dcat", address.strip())


def probe(address: str, client: Client) -> Portal | None:
    """The catalogue that stands at an address or at its portal. At most two requests."""
    check_address(address.strip())
    for place in PLACES:
        url = address.strip() if not place else address.strip().partition("?")[0].rstrip("/") + place
        answer = tried(lambda url=url: client.get(url, headers=ACCEPT))  # type: ignore[misc]
        if answer is not None and answer.html_title() is None and DCAT in answer.body and not is_saved(answer):
            return Portal("dcat", url, {}, "", 1.0 if syntax(answer) else 0.5, "it speaks in the words of DCAT")
    return None


def catalogue(address: str, client: Client, reading: Reading, languages: Sequence[str]) -> Iterator[Entry]:
    """The datasets of all pages, each once. Raises PortalError."""
    walk = Walk(address.strip())
    seen: set[str] = set()
    announced = nameless = 0
    while True:
        answer = client.get(walk.address, headers=ACCEPT, is_bulk=True)
        page = page_of(answer, reading, languages)
        fresh = [entry for entry in page["entries"] if entry.id not in seen]
        if page["entries"] and not fresh:
            raise PortalError("repeated-page", f"{shown(walk.address)} gave no dataset that had not come before.")
        seen.update(entry.id for entry in fresh)
        nameless += page["nameless"]
        announced = max(announced, page["total"] or 0)
        yield from fresh
        if not page["next"] or len(seen) >= DATASETS_MAX:
            break
        walk.next(page["next"])
    say_nameless(nameless, reading)
    if len(seen) + nameless < announced:
        reading.stop(f"The catalogue announced {announced} datasets and {len(seen)} came.")


def page_of(answer: Answer, reading: Reading, languages: Sequence[str]) -> dict[str, Any]:
    """What one page says, read in the sandbox. Raises PortalError."""
    refuse_page(answer)
    if len(answer.body) > BYTES_MAX:
        raise PortalError("too-big", f"{shown(answer.url)} is larger than {BYTES_MAX // 10**6} MB.")
    kind = syntax(answer)
    if kind == "json-ld" and (document := data_json(answer.body)) is not None:
        return {"entries": list(document_entries(document, answer.url, reading)), "nameless": 0, "next": "", "total": 0}
    told = sandbox.run(
        catalogue_page, [answer.body], kind, answer.url, list(languages), memory_mib=MEMORY_MIB, seconds=SECONDS
    )
    return told | {"entries": [entry_from(one) for one in told["datasets"]]}


def syntax(answer: Answer) -> str:
    """The syntax of a page, by how it begins: media types and endings lie more often."""
    start = answer.body[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if JSON.match(start):
        return "json-ld"
    is_xml = start.startswith((b"<?xml", b"<rdf:", b"<!")) or start[:2] in (b"\xff\xfe", b"\xfe\xff")
    return "xml" if is_xml or b"xmlns:" in start else "turtle"


def data_json(body: bytes) -> Any:
    """The document of a catalogue in data.json's form; None for any other JSON."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and told_datasets(document) is not None else None
