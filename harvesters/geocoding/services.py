"""The geocoders that are known: how each is asked, and what the kinds of its answers are worth.

Géoplateforme: <https://geoservices.ign.fr/documentation/services/services-geoplateforme/geocodage>, a CSV of many
addresses in one request. Nominatim and Photon are asked one by one, through geopy, over our own guarded session.
"""

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon
from geopy.location import Location

from harvesters.clean import text
from harvesters.errors import PortalError
from harvesters.http import Client
from portal.vocabularies import Precision

CANDIDATES = 5
GEOPLATEFORME = "https://data.geopf.fr/geocodage"
_LABEL_MAX = 300


@dataclass(frozen=True)
class Candidate:
    """One answer: degrees in EPSG:4326, the service's own word for what it found, its score from 0 to 1 or None."""

    lon: float
    lat: float
    method: str
    score: float | None
    label: str


Answers = list[list[Candidate]]
"""For each query, its candidates, the best first."""


@dataclass(frozen=True)
class Service:
    """How a service is asked, in batches of how many, from which score on it is believed, what its words are worth."""

    ask: Callable[[Client, str, Sequence[str]], Answers]
    batch: int
    score_min: float
    precisions: Mapping[str, Precision]
    url: str = ""


def geoplateforme(client: Client, url: str, queries: Sequence[str]) -> Answers:
    """Many addresses at once. Raises PortalError."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(("n", "adresse"))
    writer.writerows(enumerate(queries))
    answer = client.post_file(
        f"{url.rstrip('/')}/search/csv", ("data", "adresses.csv", table.getvalue().encode()), {"columns": "adresse"}
    )
    answers: Answers = [[] for _query in queries]
    for row in csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig", "replace"))):
        number = row.get("n") or ""
        candidate = _of_table(row)
        if candidate and number.isdecimal() and int(number) < len(answers):
            answers[int(number)] = [candidate]
    return answers


def _of_table(row: Mapping[str, str]) -> Candidate | None:
    if row.get("result_status", "ok") != "ok":
        return None
    try:
        lon, lat, score = (float(row[name]) for name in ("longitude", "latitude", "result_score"))
    except (KeyError, TypeError, ValueError):
        return None
    return _candidate(lon, lat, row.get("result_type") or "", score, row.get("result_label") or "")


def nominatim(client: Client, url: str, queries: Sequence[str]) -> Answers:
    """One by one. Raises PortalError."""
    geocode = Nominatim(**_where(client, url)).geocode
    return [_asked(geocode, query, _of_nominatim) for query in queries]


def photon(client: Client, url: str, queries: Sequence[str]) -> Answers:
    """One by one. Raises PortalError."""
    geocode = Photon(**_where(client, url)).geocode
    return [_asked(geocode, query, _of_photon) for query in queries]


def _candidate(lon: float, lat: float, method: object, score: float | None, label: object) -> Candidate | None:
    """None for a point that is not on Earth, or a score that is no number."""
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or (score is not None and not math.isfinite(score)):
        return None
    return Candidate(lon, lat, text.line(method, 60), score, text.line(label, _LABEL_MAX))


def _asked(geocode: Callable[..., Any], query: str, read: Callable[[Location], Candidate | None]) -> list[Candidate]:
    try:
        found = geocode(query, exactly_one=False, limit=CANDIDATES) or []
        return [candidate for location in found if (candidate := read(location))]
    except (GeopyError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise PortalError("bad-answer", f"The geocoder's answer cannot be read ({type(error).__name__}).") from error


def _of_nominatim(location: Location) -> Candidate | None:
    """`importance` is how well known a place is, not how well it fits: there is no score."""
    method = location.raw.get("addresstype") or location.raw.get("type")
    return _candidate(location.longitude, location.latitude, method, None, location.address)


def _of_photon(location: Location) -> Candidate | None:
    method = location.raw["properties"].get("type")
    return _candidate(location.longitude, location.latitude, method, None, location.address)


def _where(client: Client, url: str) -> dict[str, Any]:
    """Where geopy asks, and over what; the user agent is our client's own."""
    parts = urlsplit(url)
    domain = f"{parts.netloc}{parts.path}".rstrip("/")
    return {"domain": domain, "scheme": parts.scheme, "user_agent": "parages", "adapter_factory": _over(client)}


def _over(client: Client) -> Callable[..., BaseSyncAdapter]:
    """An adapter factory for geopy: whatever it asks goes out through our guarded client."""

    class Adapter(BaseSyncAdapter):
        def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
            return client.get_json(url)

        def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
            raise AdapterHTTPError("only JSON is asked for", status_code=406, headers={}, text="")

    return lambda *, proxies, ssl_context: Adapter(proxies=proxies, ssl_context=ssl_context)


SERVICES = {
    "geoplateforme": Service(
        geoplateforme, 1_000, 0.6,
        {"housenumber": Precision.EXACT, "street": Precision.STREET, "locality": Precision.PLACE},
        GEOPLATEFORME,
    ),
    "nominatim": Service(
        nominatim, 50, 0.0,
        {"house": Precision.EXACT, "building": Precision.EXACT, "place": Precision.EXACT, "road": Precision.STREET,
         "amenity": Precision.PLACE, "leisure": Precision.PLACE, "tourism": Precision.PLACE, "office": Precision.PLACE,
         "shop": Precision.PLACE},
    ),
    "photon": Service(
        photon, 50, 0.0,
        {"house": Precision.EXACT, "street": Precision.STREET},
    ),
}  # fmt: skip
"""What is in no service's list of precisions (municipality, city, postcode, suburb…) is an area, never a pin."""


def check_geocoder(options: Mapping[str, Any]) -> None:
    """Raises ValueError for a `geocoder` that is not known, or that needs an address."""
    name, url = options.get("geocoder"), options.get("geocoder_url", "")
    if name is None:
        return
    if name not in SERVICES:
        raise ValueError(f"no «geocoder» is called «{name}»; there are {', '.join(SERVICES)}")
    if not isinstance(url, str) or not (url or SERVICES[name].url):
        raise ValueError(f"«{name}» needs a «geocoder_url»: the address of a server that allows this use")
