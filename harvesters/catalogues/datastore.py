"""CKAN's own tables: the records of a resource that the portal has taken into its database (datastore_search)."""

from collections.abc import Iterator
from typing import Any

from harvesters.catalogues.actions import Portal
from harvesters.catalogues.entry import Resource
from harvesters.errors import PortalError
from harvesters.formats.json_records import kind_of
from harvesters.portals.paging import number_of
from harvesters.portals.walk import Walk
from harvesters.reading import Reading, Row

ROWS = 32_000  # ckan.datastore.search.rows_max, beyond which CKAN gives fewer without a word
OWN_COLUMNS = {"_id", "_full_text", "rank"}  # of the table, not of the publisher


def datastore_rows(portal: Portal, resource: Resource, reading: Reading) -> Iterator[Row]:
    """The records of a table, in the order it holds them. Raises PortalError."""
    walk = Walk(portal.address)
    offset, total = 0, None
    while total is None or offset < total:
        answer = portal.call("datastore_search", resource_id=resource.id, limit=ROWS, offset=offset, sort="_id")
        records = answer.get("records") if isinstance(answer, dict) else None
        if not isinstance(records, list):
            raise portal.odd("datastore_search")
        total = max(total or 0, found) if (found := total_of(answer, reading)) is not None else None
        if not records:
            break
        walk.page(records)
        yield from (row_of(offset + number, record) for number, record in enumerate(records, 1))
        offset += len(records)
    if total is not None and offset < total:
        raise PortalError("portal-error", f"The portal's table announced {total} records and {offset} came.")


def total_of(answer: dict[str, Any], reading: Reading) -> int | None:
    """How many records the table announces; None when it does not say, or only estimates."""
    if answer.get("total_was_estimated"):
        reading.note("The portal only estimates how many records its table has.")
        return None
    return number_of(answer.get("total"))


def row_of(position: int, record: Any) -> Row:
    if not isinstance(record, dict):
        return Row(position, {}, problem=f"It is not an object with names and values but {kind_of(record)}.")
    return Row(position, {name: value for name, value in record.items() if name not in OWN_COLUMNS})
