"""Datasets as CKAN and DKAN tell of them: found by search, by list, or in DKAN 2's metastore."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harvesters.catalogues.actions import Portal
from harvesters.catalogues.entry import Entry, Resource, objects_of, text_of
from harvesters.catalogues.metastore import metastore_entries, metastore_entry
from harvesters.errors import PortalError
from harvesters.http import shown
from harvesters.portals import DATASETS_MAX
from harvesters.reading import Reading

ROWS = 1000
LISTED = 100
PAGES_MAX = 5000
COUNT = re.compile(r"[0-9]{1,9}")
Told = dict[str, Any]
# What CKAN calls files that only explain the data (ckan/config/resource_formats.json has none; udata keeps the rest).
EXPLAINS = {"documentation", "image", "visualization"}


def found_entries(portal: Portal, reading: Reading) -> Iterator[Entry]:
    """The datasets of the source, each once. Raises PortalError.

    Where an action is refused, DKAN's ways are tried; the first refusal is told when none of them answers.
    """
    ways = (shown_entry, metastore_entry_of) if portal.options.get("dataset") else (searched, listed, all_of_metastore)
    refusal: PortalError | None = None
    for way in ways:
        try:
            first = next(found := way(portal, reading), None)
        except PortalError as error:
            if error.code not in ("portal-error", "html-instead", "http-status", "not-json"):
                raise
            refusal = refusal or error
            continue
        if first is not None:
            yield first
            yield from found
        return
    raise refusal or portal.odd("package_search")


def shown_entry(portal: Portal, _: Reading) -> Iterator[Entry]:
    """The dataset of a package_show; DKAN answers with a list of one."""
    result = portal.call("package_show", id=portal.options["dataset"])
    found = result[0] if isinstance(result, list) and result else result
    if not is_dataset(found):
        raise portal.odd("package_show")
    yield ckan_entry(found, portal.address)


def metastore_entry_of(portal: Portal, _: Reading) -> Iterator[Entry]:
    yield metastore_entry(portal.client, portal.address, str(portal.options["dataset"]))


def all_of_metastore(portal: Portal, _: Reading) -> Iterator[Entry]:
    if portal.options.get("query") or portal.options.get("fq"):
        raise portal.odd("package_search")
    yield from metastore_entries(portal.client, portal.address)


def searched(portal: Portal, reading: Reading) -> Iterator[Entry]:
    """The datasets of package_search, in the order of their ids."""
    seen: set[Any] = set()
    start, count, counts = 0, 1, set()
    for _ in range(PAGES_MAX):
        page, length, count = search_page(portal, start)
        counts.add(count)
        fresh = [told for told in page if told["id"] not in seen]
        if page and not fresh:
            raise PortalError("repeated-page", f"{portal.address} gave the same page of datasets twice.")
        seen.update(told["id"] for told in fresh)
        yield from (ckan_entry(told, portal.address) for told in fresh)
        start += length
        if not length or start >= count or len(seen) >= DATASETS_MAX:
            break
    if len(seen) < max(counts):
        reading.stop(f"The portal announced {max(counts)} datasets and {len(seen)} came.")


def search_page(portal: Portal, start: int) -> tuple[list[Told], int, int]:
    """One page of the search, its length, and the count it announces; servers give fewer than asked for silently."""
    parameters = {"q": portal.options.get("query"), "fq": portal.options.get("fq")}
    asked = {name: value for name, value in parameters.items() if value}
    result = portal.call("package_search", **asked, rows=ROWS, start=start, sort="id asc")
    if not isinstance(result, dict) or not isinstance(result.get("results"), list):
        raise portal.odd("package_search")
    count = str(result.get("count") or len(result["results"]))
    if not COUNT.fullmatch(count):
        words = f"{portal.address} does not say how many datasets it has but “{shown(count)}”."
        raise PortalError("portal-error", words)
    return [told for told in result["results"] if is_dataset(told)], len(result["results"]), int(count)


def listed(portal: Portal, _: Reading) -> Iterator[Entry]:
    """The datasets of current_package_list_with_resources, for portals that cannot search (DKAN 1)."""
    if portal.options.get("query") or portal.options.get("fq"):
        raise portal.odd("package_search")
    seen: set[Any] = set()
    for number in range(DATASETS_MAX // LISTED):
        page = portal.call("current_package_list_with_resources", limit=LISTED, offset=number * LISTED)
        # DKAN puts its list into a list.
        page = page[0] if isinstance(page, list) and page and isinstance(page[0], list) else page
        if not isinstance(page, list):
            raise portal.odd("current_package_list_with_resources")
        fresh = [told for told in page if is_dataset(told) and told["id"] not in seen]
        if not fresh:
            return
        seen.update(told["id"] for told in fresh)
        yield from (ckan_entry(told, portal.address) for told in fresh)


def is_dataset(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str | int) and bool(value["id"])


def ckan_entry(told: Told, address: str) -> Entry:
    """What a dataset of package_show says."""
    name = text_of(told.get("name"))
    organisation = told.get("organization")
    groups = objects_of(told.get("groups"))
    # DKAN calls its publisher a group.
    publisher = organisation if isinstance(organisation, dict) else groups[0] if groups else {}
    return Entry(
        id=text_of(told["id"]),
        title=text_of(told.get("title")),
        name=name,
        description=text_of(told.get("notes")),
        keywords=tuple(filter(None, (text_of(tag.get("name")) for tag in objects_of(told.get("tags"))))),
        publisher=text_of(publisher.get("title")) or text_of(publisher.get("name")),
        licence=text_of(told.get("license_title")) or text_of(told.get("license_id")),
        licence_url=text_of(told.get("license_url")),
        page=f"{address.rstrip('/')}/dataset/{quote(name or text_of(told['id']))}",
        modified=text_of(told.get("metadata_modified")),
        resources=tuple(ckan_resources(objects_of(told.get("resources")))),
    )


def ckan_resources(listed: list[Told]) -> Iterator[Resource]:
    """The files of a dataset, and after them the tables that CKAN made of some."""
    files = [(one, ckan_resource(one)) for one in listed if one.get("url")]
    yield from (resource for _, resource in files)
    yield from (replace(file, protocol="datastore") for one, file in files if one.get("datastore_active") is True)


def ckan_resource(told: Told) -> Resource:
    return Resource(
        url=text_of(told.get("url")),
        id=text_of(told.get("id")),
        title=text_of(told.get("name")),
        format=text_of(told.get("format")),
        media_type=text_of(told.get("mimetype")),
        is_data=text_of(told.get("resource_type")) not in EXPLAINS,
    )
