"""Open311 GeoReport v2: requests to a city, such as a broken lamp (wiki.open311.org/GeoReport_v2).

`address`: the endpoint's base (`https://example.org/open311/v2`). Options:

- `jurisdiction_id`, `service_code`, `status`: as the API takes them;
- `days`: how far back to go, 90 unless said; or `since` and `until`, days as `2026-01-31`;
- `format`: `xml`, which every endpoint has (the default), or `json`;
- `key_env` and `key_header` (`api-key` unless said) for an endpoint that asks for a key to be read.

An endpoint gives 90 days or 1,000 requests at once, whichever is less, and its pages are not standard: so windows of
30 days are asked for, each halved down to one day when it gives 1,000 (FixMyStreet's limit is the same). People's own
words, names and photos are never taken: a row is the service, its state and its place. Columns of ours: `_id` (the
request's id, else its token), `_service_group`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from harvesters.errors import PortalError
from harvesters.formats.xml_records import xml_rows
from harvesters.http import Client, shown
from harvesters.http.keys import key_header
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

KEPT = (
    "service_request_id", "token", "status", "service_name", "service_code", "agency_responsible",
    "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long",
)  # fmt: skip
PARAMETERS = ("jurisdiction_id", "service_code", "status")
CAP = 1_000
DAYS = 90
WINDOW = timedelta(days=30)
SMALLEST = timedelta(days=1)
WINDOWS_MAX = 3_000
SERVICES_MAX = 20_000
Window = tuple[datetime, datetime]


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(Endpoint(source.address, source.options, client), reading))


def probe(address: str, client: Client) -> Portal | None:
    for kind in ("xml", "json"):
        endpoint = Endpoint(address, {"format": kind}, client)
        services = tried(lambda endpoint=endpoint: endpoint.services())  # type: ignore[misc]
        if services:
            words = f"It lists {len(services)} services as GeoReport v2 does."
            return Portal("open311", endpoint.base, {"format": kind}, evidence=words)
    return None


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The services that requests are made for."""
    found = probe(address, client)
    if found is None:
        return
    for code, service in Endpoint(found.address, found.options, client).services().items():
        yield Dataset(
            id=code,
            title=str(service.get("service_name") or code),
            protocol="open311",
            address=found.address,
            options=found.options | {"service_code": code},
            description=str(service.get("description") or ""),
            keywords=tuple(filter(None, str(service.get("keywords") or "").replace(",", " ").split())),
        )


class Endpoint:
    """An endpoint in the format that the source names."""

    def __init__(self, address: str, options: dict[str, Any], client: Client) -> None:
        base = address.strip().partition("?")[0].rstrip("/")
        for ending in ("/services", "/requests", "/discovery"):
            base = base.removesuffix(".json").removesuffix(".xml").removesuffix(ending)
        self.base, self.options, self.client = base, options, client
        self.kind = str(options.get("format") or "xml")
        if self.kind not in ("xml", "json"):
            raise PortalError("bad-option", "The option `format` is one of: xml, json.")
        self.parameters = {name: str(options[name]) for name in PARAMETERS if options.get(name)}
        self.headers = key_header(options, str(options.get("key_header") or "api-key"))

    def services(self) -> dict[str, dict[str, Any]]:
        """The services by their code. Raises PortalError."""
        jurisdiction = {name: value for name, value in self.parameters.items() if name == "jurisdiction_id"}
        found = self._rows("services", "service", jurisdiction, Reading(lambda _: iter(())))
        services = [row.data for row in found if not row.problem and row.data.get("service_code") not in (None, "")]
        return {str(service["service_code"]): service for service in services[:SERVICES_MAX]}

    def requests(self, window: Window, reading: Reading) -> list[Row]:
        """The requests made within a window. Raises PortalError."""
        start, end = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in window)
        return list(
            self._rows("requests", "request", self.parameters | {"start_date": start, "end_date": end}, reading)
        )

    def _rows(self, name: str, element: str, parameters: dict[str, str], reading: Reading) -> Iterator[Row]:
        address = f"{self.base}/{name}.{self.kind}"
        if self.kind == "xml":
            answer = self.client.get(address, parameters, keep_broken=True, headers=self.headers)
            if b"<errors" in answer.body[:1_000]:
                said = ", ".join(str(row.data.get("description")) for row in xml_rows(answer, {"error"}, reading))
                raise PortalError("portal-error", f"{shown(address)} refused: “{shown(said)}”.")
            return xml_rows(answer, {element}, reading)
        listed = self.client.get_json(address, parameters, self.headers)
        if not isinstance(listed, list):
            raise PortalError("portal-error", f"{shown(address)} gives no list as GeoReport v2 does.")
        return (json_row(position, value) for position, value in enumerate(listed, start=1))


def json_row(position: int, value: Any) -> Row:
    if isinstance(value, dict):
        return Row(position, value)
    return Row(position, {}, problem="It is not an object with names and values.")


def rows(endpoint: Endpoint, reading: Reading) -> Iterator[Row]:
    """Each request once. Raises PortalError (bad-option, repeated-page...)."""
    waiting = windows(endpoint.options)
    groups = groups_of(endpoint, reading)
    seen: set[str] = set()
    position = 0
    for _ in range(WINDOWS_MAX):
        if not waiting:
            return
        window = waiting.pop()
        found = endpoint.requests(window, reading)
        waiting += halves(window, len(found), reading)
        fresh = [row for row in found if row.problem or id_of(row) not in seen]
        if found and not fresh and not any(is_within(row, window) for row in found):
            raise PortalError("repeated-page", f"{shown(endpoint.base)} gives the same requests for other days.")
        for row in fresh:
            if row.problem or id_of(row) not in seen or not id_of(row):
                position += 1
                yield request_row(position, row, groups)
            seen.add(id_of(row))
    reading.stop(f"More than {WINDOWS_MAX} windows of time were not asked for.")


def groups_of(endpoint: Endpoint, reading: Reading) -> dict[str, Any]:
    try:
        return {code: service.get("group") for code, service in endpoint.services().items()}
    except PortalError as error:
        reading.note(f"The services were not listed: {error.what}")
        return {}


def windows(options: dict[str, Any]) -> list[Window]:
    """The windows to ask for, the last one first in time. Raises PortalError (bad-option)."""
    try:
        until = day_of(options["until"]) + SMALLEST if options.get("until") else datetime.now(UTC)
        since = day_of(options["since"]) if options.get("since") else until - timedelta(int(options.get("days", DAYS)))
    except (ValueError, TypeError, OverflowError) as error:
        words = "The options `since` and `until` are days like 2026-01-31, `days` is a number."
        raise PortalError("bad-option", words) from error
    found = []
    while since < until:
        found.append((max(since, until - WINDOW), until))
        until -= WINDOW
    return found[::-1]


def day_of(value: Any) -> datetime:
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return datetime.combine(day, time(), UTC)


def halves(window: Window, count: int, reading: Reading) -> list[Window]:
    """The halves of a window that gave as much as an endpoint gives at once; none when all of it was there."""
    start, end = window
    if count < CAP:
        return []
    if end - start <= SMALLEST:
        reading.stop(f"On {start:%Y-%m-%d} alone there are more than the {CAP} requests that are given at once.")
        return []
    middle = start + max(SMALLEST, (end - start) / 2)
    return [(start, middle), (middle, end)]


def id_of(row: Row) -> str:
    return str(row.data.get("service_request_id") or row.data.get("token") or "")


def is_within(row: Row, window: Window) -> bool:
    """Whether a request is of the days asked for, give or take one; also when its moment cannot be read."""
    try:
        moment = datetime.fromisoformat(str(row.data.get("requested_datetime")))
    except ValueError:
        return True
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return window[0] - SMALLEST <= moment <= window[1] + SMALLEST


def request_row(position: int, row: Row, groups: dict[str, Any]) -> Row:
    """Of a request, what is not personal."""
    if row.problem:
        return Row(position, {}, problem=row.problem)
    data = {name: row.data[name] for name in KEPT if row.data.get(name) not in (None, "")}
    ours = {"_id": id_of(row), "_service_group": groups.get(str(row.data.get("service_code")))}
    return Row(position, data | ours, point_of(data))


def point_of(data: dict[str, Any]) -> dict[str, Any] | None:
    """The place of a request; None where it is private or no number."""
    try:
        lon, lat = float(data["long"]), float(data["lat"])
    except (KeyError, TypeError, ValueError):
        return None
    return {"type": "Point", "coordinates": [lon, lat]} if abs(lat) <= 90 and abs(lon) <= 180 else None
