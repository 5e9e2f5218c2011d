"""A loopback portal of one file, and a small gazetteer around it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.gis.geos import Point

from geo.models import Area, AreaName, Level
from harvesters.discovery import Proposal, propose
from harvesters.http import Client, Limits
from harvesters.loopback import portals
from tests.factories import make_area

QUICK = Limits(pause_s=0, tries=1, total_s=10)
Discover = Callable[..., Proposal]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str, Client]]:
    """A folder, the address where it is served, and a client that may fetch there."""
    folder = tmp_path / "site"
    folder.mkdir()
    with portals(tmp_path) as base_url, Client("x", [urlsplit(base_url).netloc], QUICK) as client:
        yield folder, f"{base_url}/site", client


@pytest.fixture
def discover(site: tuple[Path, str, Client]) -> Discover:
    """Propose a source for a file of this name and body."""
    folder, address, client = site

    def of(name: str, body: str | bytes, **corrections: Any) -> Proposal:
        (folder / name).write_bytes(body.encode() if isinstance(body, str) else body)
        told = {key.replace("__", "."): value for key, value in corrections.items()}
        return propose(f"{address}/{name}", client, corrections=told)

    return of


def town(name: str, lon: float, lat: float, country: str, postcode: str = "") -> Area:
    """A commune in its country, both drawn as circles."""
    above = Area.objects.filter(level=Level.COUNTRY, country=country).first() or make_area(
        name=f"Country {country}", code=country.lower(), level=Level.COUNTRY, country=country,
        centre=Point(lon, lat, srid=4326), radius_m=400_000,
    )  # fmt: skip
    area = make_area(name=name, country=country, centre=Point(lon, lat, srid=4326), radius_m=5_000, parent=above)
    if postcode:
        AreaName.objects.create(area=area, key=postcode, kind=AreaName.Kind.POSTCODE)
    return area
