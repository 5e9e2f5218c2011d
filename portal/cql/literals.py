"""The values that a filter writes down, checked: text, numbers, days, moments, shapes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.utils.translation import gettext as _

from geo.crs import read_bbox
from geo.parse import SRID, BadCoordinate

SHOWN = 40


class BadFilter(ValueError):
    """A filter that is not understood; the message is one sentence fit to show."""


def string(token: str) -> str:
    r"""Without its quotes; a quote inside was written `''` or `\'`."""
    return token[1:-1].replace("''", "'").replace("\\'", "'")


def number(token: str) -> Decimal:
    return Decimal(token)


def day(token: str) -> str:
    """`2026-11-28`, as the database reads it too."""
    text = string(token)
    try:
        if len(text) == len("2026-11-28"):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise BadFilter(_("« filter » : « %s » n’est pas une date, par exemple DATE('2026-11-28').") % text[:SHOWN])


def moment(token: str) -> str:
    """A date and time with its zone, as the database reads it too."""
    text = string(token)
    try:
        found = datetime.fromisoformat(text.upper())
        if found.tzinfo:
            return found.isoformat()
    except ValueError:
        pass
    detail = _("« filter » : « %s » n’est pas un instant, par exemple TIMESTAMP('2026-11-28T09:00:00Z').")
    raise BadFilter(detail % text[:SHOWN])


def box(edges: list[str]) -> str:
    """A box of four or six numbers, as hexadecimal EWKB."""
    try:
        return _hex(read_bbox(",".join(edges)).geometry)
    except BadCoordinate as error:
        raise BadFilter(f"« filter » : {error}") from None


def shape(wkt: str) -> str:
    """A geometry in WKT, longitude-latitude, as hexadecimal EWKB."""
    try:
        geometry = GEOSGeometry(wkt, srid=SRID)
    except (ValueError, GEOSException, GDALException):
        raise BadFilter(_("« filter » : « %s » n’est pas une géométrie en WKT.") % wkt[:SHOWN]) from None
    if geometry.empty or not geometry.valid or not _on_earth(cast(Any, geometry).coords):
        detail = _("« filter » : « %s » n’est pas une géométrie valide, en degrés, longitude d’abord.")
        raise BadFilter(detail % wkt[:SHOWN])
    return _hex(geometry)


def _hex(geometry: GEOSGeometry) -> str:
    return bytes(geometry.hexewkb).decode("ascii")


def _on_earth(coordinates: object) -> bool:
    """Written so that what is no number is refused."""
    if isinstance(coordinates, tuple) and coordinates and isinstance(coordinates[0], float):
        lon, lat = coordinates[:2]
        return bool(-180 <= lon <= 180 and -90 <= lat <= 90)
    return isinstance(coordinates, tuple) and all(_on_earth(part) for part in coordinates)
