"""CSW 2.0.2 and 3.0 (GeoNetwork, pycsw, deegree): datasets by their metadata, read from the links that these hold.

`address`: the service's (`https://example.org/geonetwork/srv/fre/csw`), or a page of a record of GeoNetwork. Options:

- `dataset`: the identifier of one record; else
- `query`: words that records hold, or `constraint`: a filter in CQL (all records when both are missing);
- `version`: `2.0.2` or `3.0.0`; else the service is asked. `schema`: the form of records to ask for;
- `formats`, `resource` and those of the file's format: see `catalogues/resources.py`. A link to a WFS is
  read by that protocol.

Records are read in ISO 19139, ISO 19115-3, Dublin Core and DCAT (GeoNetwork 4). Quirks: `nextRecord` is 0 at the end,
or missing; pages hold fewer records than asked for; servers without order repeat records (pycsw issue 301); errors
come with status 200; the address that a service gives for itself is not used: behind a proxy it is seldom true.
Requests are sent by GET alone. A page of answers that lies there as a file is read
as it is, and what it does not hold is told.
"""

import re
from collections.abc import Iterator

from harvesters.catalogues.csw import Csw, service_of
from harvesters.catalogues.entry import dataset_of
from harvesters.catalogues.resources import read_entries
from harvesters.http import Client
from harvesters.portals import Dataset, Portal
from harvesters.portals.asking import tried
from harvesters.reading import Reading, Row
from portal.models import Source

LANGUAGES = ("fr", "en")
# Pages of GeoNetwork: core-geonetwork, web/src/main/webapp (`/srv/<language>/catalog.search#/metadata/<uuid>`).
GEONETWORK = re.compile(r"(?P<base>https?://[^?#]+?/srv)/(?:api/|(?P<lang>[a-z]{3})/)?(?P<rest>.*)")
RECORD = re.compile(r"(?:#/metadata/|records/|uuid=)(?P<id>[^/?#&]+)")


def read(source: Source, client: Client) -> Reading:
    return Reading(lambda reading: rows(source, client, reading))


def rows(source: Source, client: Client, reading: Reading) -> Iterator[Row]:
    address, record = place_of(source.address)
    service = Csw(address, client, source.options, (source.lang, *LANGUAGES))
    name = str(source.options.get("dataset") or record)
    entries = iter([service.one(name)]) if name else service.entries(reading)
    yield from read_entries(entries, source, client, reading)


def datasets(address: str, client: Client) -> Iterator[Dataset]:
    """Every record of the catalogue, as its pages come. Raises PortalError."""
    place, _ = place_of(address)
    service = Csw(place, client, {}, LANGUAGES)
    for entry in service.entries(Reading(lambda _: iter(()))):
        yield dataset_of(entry, "csw", service.address)


def probe(address: str, client: Client) -> Portal | None:
    """The catalogue that stands at an address, or on whose pages the address is. At most two requests."""
    place, record = place_of(address)
    base = address.strip().partition("?")[0].partition("#")[0].rstrip("/")
    for candidate in dict.fromkeys([place, base if base.endswith("/csw") else base + "/csw"]):
        service = Csw(candidate, client, {}, LANGUAGES)
        told = tried(service.capabilities)
        if told:
            options = {"dataset": record} if record else {}
            words = "a saved page of a CSW's answers" if service.saved else "it describes itself as a CSW"
            return Portal("csw", service.address, options, told["title"], 1.0, words)
    return None


def place_of(address: str) -> tuple[str, str]:
    """The service of an address, which may be a page of GeoNetwork, and the record it shows ("" for none)."""
    match = GEONETWORK.fullmatch(address.strip())
    if match is None or match["rest"].partition("?")[0].endswith("csw"):
        return service_of(address)
    record = RECORD.search(match["rest"])
    return f"{match['base']}/{match['lang'] or 'eng'}/csw", record["id"] if record else ""
