"""The XML feed in which partners give their missions to API Engagement (betagouv/api-engagement).

`address`: the feed's. Options: `key_env` and `key_header`, for a feed that asks for a key, and the header it wants.

One row per `mission`, its elements by their names; addresses as in `dialects/engagement.py`. A feed is whole or not at
all: it has no pages and announces no count. Document types and entities are refused.
"""

from collections.abc import Iterator

from harvesters.dialects.engagement import mission_row
from harvesters.formats.xml_records import xml_rows
from harvesters.http import Answer, Client
from harvesters.http.keys import key_header
from harvesters.portals import Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

START_BYTES = 20_000


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    answer = tried(lambda: client.get(address, keep_broken=True))
    start = answer.body[:START_BYTES] if answer else b""
    if b"<mission>" not in start or b"<clientId>" not in start:
        return None
    return Portal("engagement_feed", address, evidence="The feed holds missions with a clientId, as partners' do.")


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    headers = key_header(source.options, str(source.options.get("key_header") or "Authorization"))
    answer = client.get(source.address, validators=source.validators, keep_broken=True, headers=headers)
    reading.validators = answer.validators
    reading.unchanged = answer.unchanged
    if not answer.unchanged:
        yield from parsed(answer, reading)


def parsed(answer: Answer, reading: Reading) -> Iterator[Row]:
    """The missions of a fetched feed. Raises PortalError."""
    for row in xml_rows(answer, {"mission"}, reading):
        yield row if row.problem else mission_row(row.position, row.data, reading)
