"""udata (data.gouv.fr, data.public.lu and others): datasets by id or by search, their files are read.

`address`: the portal's (`https://www.data.gouv.fr`), or a page of it. Options:

- `dataset`: the id or slug of one dataset; else
- `organization` (id or slug), `tag`, `query`: what to search for (all datasets when they are missing);
- `api`: 1 (the default), or 2 for the search index, which gives the first 10,000 datasets at most;
- `formats`, `resource` and those of the file's format: see `catalogues/resources.py`. Files that only explain the data
  (`type` documentation) are read when `resource` asks for them.

Quirks (opendatateam/udata, core/dataset/api.py and apiv2.py): an organisation is searched by its id alone; API 2
gives the files of a dataset on pages of their own; a dataset that was deleted answers 410; the stable address of a
file (`/api/1/datasets/r/...`) redirects to where it lies; a mask (X-Fields) makes the pages ten times smaller.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harvesters.catalogues.entry import dataset_of, text_of
from harvesters.catalogues.resources import read_entries
from harvesters.catalogues.udata import Udata
from harvesters.http import Client
from harvesters.http.session import check_address
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.portals.walk import with_root
from harvesters.reading import Reading, Row
from portal.models import Source

CHOICES = {"datasets": "dataset", "organizations": "organization"}
NO_NAMES = {"", "r", "search", "badges", "schemas"}  # `/datasets/r/<id>` is the stable address of one file


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    base, chosen = portal_of(source.address)
    portal = Udata(base, client, chosen | source.options)
    yield from read_entries(portal.entries(reading), source, client, reading)


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """Every dataset of the portal or of the organisation's page, oldest first. Raises PortalError."""
    base, options = portal_of(address)
    for entry in Udata(base, client, options).entries(Reading(lambda _: iter(()))):
        yield dataset_of(entry, "udata", base)


def probe(address: str, client: Client) -> Portal | None:
    """The portal that stands at an address, or on whose pages the address is. At most three requests."""
    base, options = portal_of(address)
    for place in with_root(base):
        found = tried(lambda place=place: client.get_json(f"{place}/api/1/datasets/", {"page_size": 1}))  # type: ignore[misc]
        if isinstance(found, dict) and {"data", "page", "page_size", "total"} <= set(found):
            site = tried(lambda place=place: client.get_json(f"{place}/api/1/site/"))  # type: ignore[misc]
            title = text_of(site.get("title")) if isinstance(site, dict) else ""
            return Portal("udata", place, options, title, 1.0, "its API 1 answers as udata's does")
    return None


def portal_of(address: str) -> tuple[str, dict[str, Any]]:
    """The portal that an address of any of its pages belongs to, and what the page chooses of it.

    Raises PortalError (bad-address).
    """
    check_address(address.strip())
    parts = urlsplit(address.strip())
    segments = [segment for segment in parts.path.split("/") if segment]
    at = next((place for place, name in enumerate(segments) if name in (*CHOICES, "api")), len(segments))
    before, after = segments[:at], segments[at:]
    if before and len(before[-1]) == 2:
        before = before[:-1]  # the language of the page
    after = after[2:] if after[:1] == ["api"] else after
    base = "/".join([f"{parts.scheme}://{parts.netloc}", *before])
    if len(after) < 2 or after[0] not in CHOICES or after[1] in NO_NAMES:
        return base, {}
    return base, {CHOICES[after[0]]: after[1]}
