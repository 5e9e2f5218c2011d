"""CKAN's own tables: the records of a resource that the portal has taken into its database (datastore_search)."""

from collections.abc import Iterator
from typing import Any

from harvesters.catalogues.actions import Portal
from harvesters.catalogues.entry import Resource
from harvesters.errors import PortalError
from harvesters.formats.json_records import kind_of
from harvesters.reading import Reading, Row
from harvesters.walk import Walk

ROWS = 32_000  # ckan.datastore.search.rows_max, beyond which CKAN gives fewer without a word
OWN_COLUMNS = {"_id", "_full_text", "rank"}  # of the table, not of the publisher


def datastore_rows(portal: Portal, resource: Resource, reading: Reading) -> Iterator[Row]:
    """The records of a table, in the order it holds them. Raises PortalError."""
    walk = Walk(portal.address)
    offset, total = 0, 1
    while offset < total:
        answer = portal.call("datastore_search", resource_id=resource.id, limit=ROWS, offset=offset, sort="_id")
        records = answer.get("records") if isinstance(answer, dict) else None
        if not isinstance(records, list):
            raise portal.odd("datastore_search")
        if not records:
            break
        walk.page(records)
        total = total_of(answer, offset + len(records), reading)
        yield from (row_of(offset + number, record) for number, record in enumerate(records, 1))
        offset += len(records)
    if offset < total and total > 1:
        raise PortalError("portal-error", f"The portal's table announced {total} records and {offset} came.")


def total_of(answer: dict[str, Any], least: int, reading: Reading) -> int:
    """How many records the table announces; one that is only estimated says that there may be more."""
    total = answer.get("total")
    if not isinstance(total, int) or isinstance(total, bool) or total < 0:
        return least + 1
    if answer.get("total_was_estimated"):
        reading.note("The portal only estimates how many records its table has.")
        return least + 1
    return total


def row_of(position: int, record: Any) -> Row:
    if not isinstance(record, dict):
        return Row(position, {}, problem=f"It is not an object with names and values but {kind_of(record)}.")
    return Row(position, {name: value for name, value in record.items() if name not in OWN_COLUMNS})
