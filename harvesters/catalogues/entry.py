"""A dataset as its catalogue tells of it, whatever catalogue that is, and the files and services it offers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from harvesters.clean.tidy import tidy_text
from harvesters.errors import PortalError
from harvesters.portals import Dataset

TEXT_MAX = 5_000
KEYWORDS_MAX = 50


@dataclass(frozen=True, slots=True)
class Resource:
    """One file or service of a dataset.

    id: the portal's own, or "".
    format, media_type: in the portal's words (" .CSV", "text/csv; charset=utf-8").
    protocol: the protocol that reads it where it is a service; "" for a file.
    options: what that protocol needs beside the address (a layer).
    is_data: false for what only explains the data.
    """

    url: str
    id: str = ""
    title: str = ""
    format: str = ""
    media_type: str = ""
    protocol: str = ""
    options: tuple[tuple[str, str], ...] = ()
    is_data: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset of a catalogue. `id` is stable at the portal and never empty; the other texts may be ""."""

    id: str
    title: str = ""
    name: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    licence: str = ""
    licence_url: str = ""
    page: str = ""
    modified: str = ""
    resources: tuple[Resource, ...] = ()


def text_of(value: Any) -> str:
    """A value as text: "" for what is no text or number; of a list its first text, of languages the first one."""
    if isinstance(value, list):
        return next(filter(None, map(text_of, value)), "")
    if isinstance(value, dict):
        return next((text_of(value[key]) for key in ("fr", "en", "@value", "name", "title") if value.get(key)), "")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return tidy_text(str(value)).strip()[:TEXT_MAX]


def texts_of(value: Any) -> tuple[str, ...]:
    """The texts of a list; of a text, its parts between commas."""
    listed = re.split(r"[,;]", value) if isinstance(value, str) else value if isinstance(value, list) else []
    found = dict.fromkeys(text_of(one) for one in listed[: KEYWORDS_MAX * 2])
    return tuple(text for text in found if text)[:KEYWORDS_MAX]


def objects_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, or of one that stands alone."""
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]


def entry_from(told: dict[str, Any]) -> Entry:
    """The entry of plain data, as the sandbox gives it."""
    resources = tuple(Resource(**one) for one in told["resources"])
    return Entry(**told | {"resources": resources, "keywords": tuple(told["keywords"])})


def named_entry(entries: Iterable[Entry], name: str) -> Iterator[Entry]:
    """The one dataset that goes by this name: its id, its name, its page, or how the address of either ends.

    The walk through a catalogue ends where the name is somebody's own. Raises PortalError (bad-option) when several
    datasets have addresses that end so.
    """
    ending = "/" + name.strip("/")
    likely: dict[str, Entry] = {}
    for entry in entries:
        if name in (entry.id, entry.name, entry.page):
            yield entry
            return
        if entry.page.endswith(ending) or entry.id.endswith(ending):
            likely.setdefault(entry.id, entry)
    if len(likely) > 1:
        raise PortalError("bad-option", f"{len(likely)} datasets go by the name “{name[:80]}”: give the whole of it.")
    yield from likely.values()


def dataset_of(entry: Entry, protocol: str, address: str, option: str = "dataset") -> Dataset:
    """What discovery is told of an entry: a Source of `protocol` at `address` that reads this dataset alone."""
    offered = [resource for resource in entry.resources if resource.is_data and resource.url]
    formats = dict.fromkeys(one.protocol or words(one) or file_ending(one.url) for one in offered)
    return Dataset(
        id=entry.id,
        title=entry.title or entry.name or entry.id,
        protocol=protocol,
        address=address,
        options={option: entry.id},
        description=entry.description,
        keywords=entry.keywords,
        publisher=entry.publisher,
        licence=entry.licence,
        licence_url=entry.licence_url,
        page=entry.page,
        modified=entry.modified,
        formats=tuple(name for name in formats if name),
    )


def words(resource: Resource) -> str:
    """The portal's word for a resource's format, lower case; of its media type when it has no other."""
    return (resource.format or resource.media_type).partition(";")[0].strip().lower().lstrip(".")[:80]


def file_ending(url: str) -> str:
    """The ending of a file's name in an address ("csv" of `.../liste.CSV.gz?v=2`), or ""."""
    name = url.partition("?")[0].partition("#")[0].rsplit("/", 1)[-1].lower()
    return name.removesuffix(".gz").rpartition(".")[2] if "." in name else ""
