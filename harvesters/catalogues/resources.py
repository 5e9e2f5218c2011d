"""Which files of a catalogue's datasets are read, and their rows: one place for every catalogue protocol.

Options of a source that all of them share:

- `formats`: which kinds to read, the first that a dataset has (files before services unless said otherwise);
- `resource`: the id of one file, or a pattern (regular expression) for its name or address;
- those of the file's format: `encoding`, `delimiter`, `header_row`, `records`, `crs`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from harvesters import protocols
from harvesters.catalogues.entry import Entry, Resource, file_ending, words
from harvesters.errors import PortalError
from harvesters.formats import named, read_answer
from harvesters.http import Answer, Client, shown
from harvesters.reading import Reading, Row
from portal.models import Source

FORMATS = ("geojson", "csv", "jsonl", "json", "gpkg", "xlsx", "ods", "shp", "gml", "kml", "gpx", "xls")
SERVICES = ("ogcapi", "wfs", "arcgis", "socrata", "datastore")
ALIASES = {
    "geojson": {"geojson", "application/geo+json", "application/vnd.geo+json"},
    "zip": {"zip", "application/zip", "application/x-zip-compressed"},
}
WEB_PAGES = {"html", "htm", "text/html", "web page", "page", "www", "website"}
# How catalogues name services that a protocol of ours reads; asked in this order.
SERVICE_WORDS = (
    ("ogcapi", re.compile(r"ogc.?api|\boapif\b|/collections/[^/?#]+/?(items)?$", re.IGNORECASE)),
    ("wfs", re.compile(r"\bwfs\b|service=wfs", re.IGNORECASE)),
    ("arcgis", re.compile(r"esri rest|arcgis.*rest|/rest/services/.+/(feature|map)server(/\d+)?/?$", re.IGNORECASE)),
)  # fmt: skip
Reader = Callable[[Resource, Source, Client, Reading], Iterator[Row]]


def read_entries(
    entries: Iterable[Entry],
    source: Source,
    client: Client,
    reading: Reading,
    readers: dict[str, Reader] | None = None,
) -> Iterator[Row]:
    """The rows of the files chosen from these datasets. Raises PortalError (no-dataset and those of the files).

    readers: how resources of a `protocol` that is only the catalogue's own are read.
    """
    found = gathered(entries, reading)
    chosen = [(entry, resource) for entry in found for resource in choose(entry, source.options, reading)]
    if not chosen:
        raise PortalError("no-dataset", f"{shown(source.address)}: no dataset found has a file that can be read.")
    position = 0
    for entry, resource in chosen:
        own = (readers or {}).get(resource.protocol)
        for row in resource_rows(resource, source, client, reading, own, is_only=len(chosen) == 1):
            position += 1
            yield Row(position, row.data | provenance(entry, resource, source), row.geometry, row.problem)


def gathered(entries: Iterable[Entry], reading: Reading) -> list[Entry]:
    """The datasets of a walk through a catalogue, or those that came before it failed. Raises PortalError."""
    found: list[Entry] = []
    try:
        found.extend(entries)
    except PortalError as error:
        if not found:
            raise
        reading.note(error.what)
        reading.stop(str(error))
    return found


def resource_rows(
    resource: Resource, source: Source, client: Client, reading: Reading, own: Reader | None, is_only: bool
) -> Iterator[Row]:
    """The rows of one file or service; one that fails stops only itself, unless it is the only one."""
    try:
        if own:
            yield from own(resource, source, client, reading)
        elif resource.protocol:
            yield from service_rows(resource, source, client, reading, is_only)
        else:
            yield from file_rows(resource, source, client, reading, is_only)
    except PortalError as error:
        if is_only:
            raise
        reading.note(error.what)
        reading.stop(str(error))


def file_rows(resource: Resource, source: Source, client: Client, reading: Reading, is_only: bool) -> Iterator[Row]:
    # "Nothing changed" can be said of one file alone: of several, some might have.
    validators = source.validators if is_only else {}
    answer = client.get(address_of(resource, source), validators=validators, keep_broken=True)
    reading.validators = answer.validators if is_only else {}
    reading.unchanged = answer.unchanged
    if not answer.unchanged:
        yield from read_answer(answer, {"format": known_format(resource, answer)} | source.options, reading)


def service_rows(resource: Resource, source: Source, client: Client, reading: Reading, is_only: bool) -> Iterator[Row]:
    """The rows of a service, read by the protocol that is its own."""
    own = set(dict(resource.options)) | {"dataset", "resource", "formats", "query"}
    options = {name: value for name, value in source.options.items() if name not in own}
    address = address_of(resource, source)
    inner_source = Source(
        protocol=resource.protocol, address=address, options=options | dict(resource.options), lang=source.lang
    )
    inner = protocols.read(inner_source, client)
    for row in inner:
        if is_only:
            reading.announced, reading.expected = inner.announced, inner.expected
        yield row
    for note in inner.notes:
        reading.note(note)
    if inner.why_not:
        reading.stop(inner.why_not)


def address_of(resource: Resource, source: Source) -> str:
    """The address of a file, which the catalogue may give from where it stands. Raises PortalError (bad-address)."""
    try:
        return urljoin(source.address.rstrip("/") + "/", resource.url)
    except ValueError as error:
        raise PortalError("bad-address", f"“{shown(resource.url)}” is not an address that can be read.") from error


def known_format(resource: Resource, answer: Answer) -> str:
    """CSV is told apart from the rest by the text itself; the catalogue only helps when the text may be either."""
    starts_json = answer.body.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"{", b"[")
    return "" if starts_json or named(words(resource)) != "csv" else "csv"


def choose(entry: Entry, options: dict[str, Any], reading: Reading) -> list[Resource]:
    """The resources of a dataset to read: those of the first format it has, so that no record is read twice."""
    matches = resource_test(str(options.get("resource") or ""))
    offered = [with_service(resource) for resource in entry.resources if resource.url and matches(resource)]
    if not options.get("resource"):
        offered = [resource for resource in offered if resource.is_data]
    formats = options.get("formats") or (*FORMATS, *SERVICES, "zip")
    for wanted in [formats] if isinstance(formats, str) else formats:
        chosen = [resource for resource in offered if has_format(resource, str(wanted).strip().lower())]
        if chosen:
            return list(dict.fromkeys(chosen))
    # One that was named may be tried, though nothing says what it is.
    unsaid = [resource for resource in offered if not words(resource) and not file_ending(resource.url)]
    if options.get("resource") and unsaid:
        return unsaid
    reading.note(no_file(entry, offered))
    return []


def no_file(entry: Entry, offered: list[Resource]) -> str:
    """Why nothing of a dataset is read, in words."""
    title = f"The dataset “{shown(entry.title or entry.id)}”"
    if offered and all((words(one) or file_ending(one.url)) in WEB_PAGES for one in offered):
        return f"{title} gives only web pages ({shown(offered[0].url)}), no file that can be read."
    kinds = dict.fromkeys(words(one) or file_ending(one.url) or "no format said" for one in offered)
    told = f" (it has: {', '.join(list(kinds)[:8])})" if kinds else ""
    return f"{title} has no file that can be read{told}."


def resource_test(pattern: str) -> Callable[[Resource], bool]:
    try:
        wanted = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise PortalError("bad-option", f"The option `resource` is not a pattern ({error}).") from error
    return lambda resource: any(wanted.search(text[:2000]) for text in (resource.id, resource.title, resource.url))


def with_service(resource: Resource) -> Resource:
    """The resource, with the protocol that reads it when its words or its address are those of a service."""
    if resource.protocol or named(file_ending(resource.url)):
        return resource
    said = words(resource)
    for protocol, pattern in SERVICE_WORDS:
        is_in_address = pattern.search(resource.url[:2000]) and (protocol == "arcgis" or not named(said))
        if pattern.search(said) or is_in_address:
            return replace(resource, protocol=protocol)
    return resource


def has_format(resource: Resource, wanted: str) -> bool:
    """Whether the catalogue gives a file this format, in whatever words (“.CSV”, “text/csv”), or its address does."""
    if resource.protocol or wanted in SERVICES:
        return resource.protocol == wanted and (wanted == "datastore" or wanted in protocols.names())
    said = {text.partition(";")[0].strip().lower().lstrip(".") for text in (resource.format, resource.media_type)}
    said = (said - {""}) or {file_ending(resource.url)}
    # “GeoJSON 4326”, “SHP (zip)”: where the whole says nothing, its first word may.
    said |= {re.split(r"[\s/(,+]", word)[0] for word in said if named(word) is None and "/" not in word[:12]}
    if wanted in ALIASES:
        return bool(said & ALIASES[wanted])
    known = named(wanted)
    return known is not None and any(named(word) == known for word in said)


def provenance(entry: Entry, resource: Resource, source: Source) -> dict[str, Any]:
    """What a row says of where it comes from; see `reading.Row`."""
    return {
        "_dataset_id": entry.id,
        "_dataset_name": entry.name or None,
        "_dataset_title": entry.title or None,
        "_dataset_url": entry.page or None,
        "_dataset_licence": entry.licence or None,
        "_dataset_modified": entry.modified or None,
        "_resource_id": resource.id or None,
        "_resource_url": address_of(resource, source),
    }
