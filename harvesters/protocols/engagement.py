"""API Engagement, v0: volunteer and civic-service missions (betagouv/api-engagement, `api/docs/openapi.yaml`).

`address`: `https://api.api-engagement.beta.gouv.fr`. Options:

- `key_env`: the environment variable with the key (`PARAGES_KEY_ENGAGEMENT`), which is asked for at the API's own site;
- `publisher`, `domain`, `type`, `city`, `departmentName`, `organizationRNA`, `keywords`, `createdAt`, `startAt`, `lat`,
  `lon`, `distance`: as the API takes them (`distance = "10km"`; `createdAt = "gt:2026-01-01"`, whatever its page says).

Only accepted missions are listed and nothing tells which are gone: the whole list is read each time. Its order is not
promised, so missions that come twice are taken once, and a count that changes on the way makes the reading partial.
`applicationUrl` counts clicks for the holder of the key: it is given as it is. Addresses: see
`dialects/engagement.py`.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from harvesters.dialects.engagement import mission_row
from harvesters.errors import PortalError
from harvesters.http import Client, shown
from harvesters.http.keys import key_header
from harvesters.portals import Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

PATH = "/v0/mission"
FILTERS = (
    "publisher", "domain", "type", "city", "departmentName", "organizationRNA", "keywords", "createdAt", "startAt",
    "lat", "lon", "distance",
)  # fmt: skip
PAGE = 1_000
PAGES_MAX = 2_000
COUNT_MAX = 2**31 - 1


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    """The API answers without a key with a refusal only: then its address has to tell."""
    base = base_of(address)
    answer = tried(lambda: client.get_json(base + PATH, {"limit": 1}))
    if is_page(answer):
        return Portal("engagement", base, title="API Engagement", evidence="It lists missions as API Engagement does.")
    if "api-engagement" in (urlsplit(base).hostname or ""):
        evidence = "The address is API Engagement's, which answers with a key only (option key_env)."
        return Portal("engagement", base, title="API Engagement", confidence=0.8, evidence=evidence)
    return None


def base_of(address: str) -> str:
    return re.sub(r"/(v0(/mission.*)?)?$", "", address.strip().partition("?")[0])


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    base = base_of(source.address)
    headers = key_header(source.options, "x-api-key")
    asked = {name: source.options[name] for name in FILTERS if source.options.get(name) not in (None, "")}
    seen: set[str] = set()
    skip = position = 0
    for _ in range(PAGES_MAX):
        page, total = page_of(client.get_json(base + PATH, asked | {"limit": PAGE, "skip": skip}, headers), base)
        check_total(total, reading)
        fresh = [mission for mission in page if id_of(mission) not in seen]
        if page and not fresh:
            raise PortalError("repeated-page", f"{shown(base)} gave no new mission behind the first {len(seen)}.")
        for mission in page:
            if id_of(mission) not in seen or not id_of(mission):
                position += 1
                yield row_of(position, mission, reading)
            seen.add(id_of(mission))
        skip += len(page)
        if not page or skip >= total:
            return
    reading.stop(f"More than {PAGES_MAX} pages were not asked for.")


def is_page(answer: Any) -> bool:
    return isinstance(answer, dict) and isinstance(answer.get("data"), list) and isinstance(answer.get("total"), int)


def page_of(answer: Any, base: str) -> tuple[list[Any], int]:
    """The missions of a page and how many there are in all. Raises PortalError (portal-error)."""
    if not is_page(answer) or answer.get("ok") is False or not 0 <= answer["total"] <= COUNT_MAX:
        code = answer.get("code") if isinstance(answer, dict) else None
        said = f" It says “{shown(code)}”." if isinstance(code, str) else ""
        raise PortalError("portal-error", f"{shown(base)} does not list missions as API Engagement does.{said}")
    return answer["data"], answer["total"]


def check_total(total: int, reading: Reading) -> None:
    if reading.announced is not None and reading.announced != total:
        reading.stop(f"The portal's count went from {reading.announced} to {total} while it was read.")
    reading.announced = total


def id_of(mission: Any) -> str:
    return str(mission.get("_id") or mission.get("id") or "") if isinstance(mission, dict) else ""


def row_of(position: int, mission: Any, reading: Reading) -> Row:
    if not isinstance(mission, dict):
        return Row(position, {}, problem="It is not an object with names and values.")
    return mission_row(position, mission, reading)
