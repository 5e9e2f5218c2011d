"""Missions in the words of API Engagement, which its API and its partners' feeds share."""

import math
from typing import Any

from harvesters.reading import Reading, Row

PARTS = ("street", "postalCode", "city")
Address = dict[str, Any]


def mission_row(position: int, mission: dict[str, Any], reading: Reading) -> Row:
    """The row of a mission: its own names and values, and where it takes place.

    A mission may take place at several addresses: it stays one record, its geometry a MultiPoint. `addresses` is a
    list, `_addresses` all of them in one line; `_postal_code` and `_commune` are those that all addresses share.
    """
    addresses = addresses_of(mission)
    lines = list(dict.fromkeys(filter(None, map(one_line, addresses))))
    ours = {
        "addresses": addresses,
        "_addresses": "; ".join(lines),
        "_postal_code": shared(addresses, "postalCode"),
        "_commune": shared(addresses, "city"),
    }
    points = [point for point in (point_of(address, reading) for address in addresses) if point]
    return Row(position, mission | ours, geometry_of(points))


def addresses_of(mission: dict[str, Any]) -> list[Address]:
    """The addresses of a mission: a list in JSON, `addresses/address` in XML; else its own city and location."""
    listed = mission.get("addresses")
    if isinstance(listed, dict):
        listed = listed.get("address")
    several = listed if isinstance(listed, list) else [listed]
    addresses = [address for address in several if isinstance(address, dict)]
    own = {"street": mission.get("address"), **{name: mission.get(name) for name in ("postalCode", "city", "location")}}
    return addresses or ([own] if any(own.values()) else [])


def one_line(address: Address) -> str:
    street, postal_code, city = (text_of(address.get(name)) for name in PARTS)
    return ", ".join(filter(None, (street, " ".join(filter(None, (postal_code, city))))))


def shared(addresses: list[Address], name: str) -> str | None:
    found = {text_of(address.get(name)) for address in addresses}
    return (found.pop() or None) if len(found) == 1 else None


def text_of(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def point_of(address: Address, reading: Reading) -> list[float] | None:
    location = address.get("location")
    if not isinstance(location, dict) or location.get("lat") in (None, "") or location.get("lon") in (None, ""):
        return None
    try:
        lat, lon = float(location["lat"]), float(location["lon"])
    except (TypeError, ValueError):
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180) or lat == lon == 0:
        reading.note("Some addresses stand nowhere on earth: their points were left out.")
        return None
    return [lon, lat]


def geometry_of(points: list[list[float]]) -> dict[str, Any] | None:
    once = list(dict.fromkeys(map(tuple, points)))
    if len(once) > 1:
        return {"type": "MultiPoint", "coordinates": [list(point) for point in once]}
    return {"type": "Point", "coordinates": list(once[0])} if once else None
