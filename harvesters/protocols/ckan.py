"""CKAN, and portals that answer like it (DKAN): datasets are found by search, their files are read.

`address`: the portal's (`https://data.example.org`). Options:

- `dataset`: the id or name of one dataset; else
- `query`, `fq`: what to search for, as CKAN's package_search takes it (all datasets when both are missing);
- `post`: true to ask by POST (GET is taken by default: it passes firewalls and follows redirects);
- `formats`, `resource` and those of the file's format: see `catalogues/resources.py`. The kind `datastore` asks CKAN's
  own tables (datastore_search, 32,000 records a page): taken by itself for a file that cannot be read otherwise.

Quirks: a portal gives fewer datasets a page than asked for without saying so; DKAN 1 has no package_search and
answers package_show with a list; DKAN 2 has no CKAN API at all, but a metastore in the form of data.json.
"""

from collections.abc import Iterator
from typing import Any

from harvesters.catalogues.actions import Portal, portal_of
from harvesters.catalogues.ckan import found_entries
from harvesters.catalogues.datastore import datastore_rows
from harvesters.catalogues.entry import Resource, dataset_of, text_of
from harvesters.catalogues.metastore import METASTORE
from harvesters.catalogues.resources import read_entries
from harvesters.http import Client
from harvesters.http.session import check_address
from harvesters.portals import DATASETS_MAX, Dataset
from harvesters.portals import Portal as Recognised
from harvesters.portals.asking import tried
from harvesters.portals.walk import with_root
from harvesters.reading import Reading, Row
from portal.models import Source

SEARCH, STATUS, LIST = (f"/api/3/action/{name}" for name in ("package_search", "status_show", "package_list"))
__all__ = ["datasets", "probe", "read"]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    portal = Portal(source.address, client, source.options)

    def table(resource: Resource, _source: Source, _client: Client, reading: Reading) -> Iterator[Row]:
        return datastore_rows(portal, resource, reading)

    yield from read_entries(found_entries(portal, reading), source, client, reading, {"datastore": table})


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """Every dataset of the portal, in the order of their ids. Raises PortalError."""
    base, options = portal_of(address)
    reading = Reading(lambda _: iter(()))
    for number, entry in enumerate(found_entries(Portal(base, client, options), reading)):
        if number == DATASETS_MAX:
            return
        yield dataset_of(entry, "ckan", base)


def probe(address: str, client: Client) -> Recognised | None:
    """The portal that stands at an address, or on whose pages the address is. At most three requests."""
    base, options = portal_of(address)
    check_address(base)
    places = with_root(base)
    for place in places:
        if is_success(tried(lambda place=place: client.get_json(place + SEARCH, {"rows": 0}))):  # type: ignore[misc]
            status = tried(lambda place=place: client.get_json(place + STATUS))  # type: ignore[misc]
            title = text_of(status["result"].get("site_title")) if status and is_success(status) else ""
            return Recognised("ckan", place, options, title, 1.0, "package_search answers as CKAN's does")
    root = places[-1]
    if is_success(tried(lambda: client.get_json(root + LIST, {"limit": 1})), list):
        return Recognised("ckan", root, options, "", 0.9, "package_list answers as DKAN's does")
    schemas = tried(lambda: client.get_json(root + METASTORE)) if len(places) == 1 else None
    if isinstance(schemas, dict | list) and "dataset" in schemas:
        return Recognised("ckan", root, options, "", 0.9, "it has DKAN's metastore")
    return None


def is_success(answer: Any, kind: type = dict) -> bool:
    return isinstance(answer, dict) and answer.get("success") is True and isinstance(answer.get("result"), kind)
