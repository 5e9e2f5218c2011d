"""Decidim's open data: its records as CSV (decidim/decidim, `OpenDataController`, `OpenDataExporter`).

`address`: the platform's (`https://www.decidim.barcelona`), or that of a CSV or ZIP file of its export. Options:

- `resource`: which of its files: `proposals` (the default), `projects` (of budgets), `meetings`, `results`...;
- those of CSV: `encoding`, `delimiter` (`;` unless said).

Columns are named as they are there (`title/fr`, `category/name/fr`, `scope/name/fr`, `budget_amount`, `url`). Newer
versions give one CSV, older ones a ZIP of all of them, whatever is asked for; where it has not been made yet, the
platform shows a page and makes it, which is told. Columns about people (`author`, `endorsements`) are left out. Older
versions give no coordinates here: see `decidim_graphql`.
"""

import re
from collections.abc import Iterator

from harvesters.errors import PortalError
from harvesters.formats.delimited import read_csv
from harvesters.formats.encoding import decode
from harvesters.http import Answer, Client, refuse_page, shown
from harvesters.parsers import packed
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

DOWNLOAD = "/open-data/download"
FILE = re.compile(r"open-data-(?P<resource>\w+)\.csv$")
PERSONAL = re.compile(r"^(?:author|authors|endorsements/user_endorsements|user|private)(?:[/_]|$)")
RESOURCES = {"proposals": "Proposals", "projects": "Projects of budgets", "meetings": "Meetings", "results": "Results"}


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def probe(address: str, client: Client) -> Portal | None:
    """A Decidim platform has a page of its open data that names where to download them."""
    site = site_of(address)
    page = tried(lambda: client.get(f"{site}/open-data"))
    if page is None or DOWNLOAD.encode() not in page.body or b"decidim" not in page.body.lower():
        return None
    return Portal("decidim", site, title=page.html_title() or "", evidence="Its page of open data is Decidim's.")


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """The kinds of records that each platform may have; empty ones show when they are read."""
    site = site_of(address)
    for resource, title in RESOURCES.items():
        page = f"{site}/open-data"
        yield Dataset(resource, title, "decidim", site, {"resource": resource}, page=page, formats=("csv",))


def site_of(address: str) -> str:
    return re.sub(r"(?<=[^/:])/(?!/).*$", "", address.strip())


def is_file(address: str) -> bool:
    return address.partition("?")[0].endswith((".csv", ".zip", ".csv.gz"))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    resource = str(source.options.get("resource") or "proposals")
    address = source.address.strip()
    if is_file(address):
        answer = client.get(address, validators=source.validators, keep_broken=True)
    else:
        asked = {"resource": resource}
        answer = client.get(site_of(address) + DOWNLOAD, asked, source.validators, keep_broken=True, is_bulk=True)
    reading.validators, reading.unchanged = answer.validators, answer.unchanged
    if not answer.unchanged:
        yield from parsed(answer, source.options | {"resource": resource}, reading)


def parsed(answer: Answer, options: dict[str, str], reading: Reading) -> Iterator[Row]:
    """The records of a fetched export. Raises PortalError (being-made, no-dataset...)."""
    refuse_making(answer)
    if answer.broken and answer.body.startswith(b"PK"):
        raise PortalError("truncated", answer.broken)
    if answer.broken:
        reading.stop(answer.broken)
    body = unpacked(answer.body, options["resource"]) if answer.body.startswith(b"PK") else answer.body
    text = decode(body, answer.charset, str(options.get("encoding") or ""), reading)
    if not text.strip():
        reading.announced = 0  # an export without records is a blank line
        return
    for row in read_csv(text, {"delimiter": ";", "header_row": 1} | options, reading):
        data = {name: value for name, value in row.data.items() if not PERSONAL.match(name)}
        yield Row(row.position, data, point_of(data), row.problem)


def refuse_making(answer: Answer) -> None:
    if answer.html_title() is not None and DOWNLOAD in answer.url:
        words = f"{shown(answer.url)} answered with a page: the export is being made, or is for members only."
        raise PortalError("being-made", words)
    if answer.body.strip() or DOWNLOAD not in answer.url:
        refuse_page(answer)


def unpacked(body: bytes, resource: str) -> bytes:
    """The file of a resource in the ZIP of all of them. Raises PortalError (no-dataset, and those of a bad ZIP)."""
    found = {match["resource"]: entry for entry in packed.entries(body) if (match := FILE.search(entry.filename))}
    if resource not in found:
        there = ", ".join(sorted(found)) or "none"
        raise PortalError("no-dataset", f"The export has no file of {shown(resource)}; there are: {there}.")
    return packed.unpacked(body, found[resource])


def point_of(data: dict[str, str]) -> dict[str, object] | None:
    """The place of a record, in versions that give it."""
    try:
        lat, lon = float(data["latitude"]), float(data["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    return {"type": "Point", "coordinates": [lon, lat]} if abs(lat) <= 90 and abs(lon) <= 180 else None
