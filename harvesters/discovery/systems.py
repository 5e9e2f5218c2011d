"""The coordinate systems that portals write positions in, and what speaks for each."""

from dataclasses import dataclass
from functools import cache

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from geo.names import fold

Position = tuple[float, float]
DEGREES = 4326


@dataclass(frozen=True, slots=True)
class System:
    """A projected system. `countries`: where it is the official one or in use; `names`: what columns call it."""

    epsg: int
    countries: tuple[str, ...]
    names: tuple[str, ...] = ()


SYSTEMS = [
    System(2154, ("FR",), ("l93", "lambert 93", "lambert93", "rgf93")),
    System(31370, ("BE",), ("lambert 72", "lambert72", "l72", "belge 72", "bd72")),
    System(3812, ("BE",), ("lambert 2008", "lambert2008", "lb08", "l08")),
    System(27700, ("GB",), ("easting", "northing", "bng", "osgb")),
    System(28992, ("NL",), ("rd", "rijksdriehoek", "amersfoort")),
    System(2056, ("CH",), ("lv95", "mn95", "ch1903")),
    System(21781, ("CH",), ("lv03", "mn03")),
    System(2169, ("LU",), ("luref",)),
    System(2180, ("PL",), ("puwg 1992", "pl 1992", "1992")),
    *(System(epsg, ("PL",), ("puwg 2000", "pl 2000", "2000")) for epsg in (2176, 2177, 2178, 2179)),
    *(System(epsg, ("CA",), ("mtm",)) for epsg in (32187, 32188, 32189, 32186, 32190)),
    System(32198, ("CA",), ("quebec lambert", "lambert quebec")),
    *(System(epsg, ("FR",), (f"cc{epsg - 3900}", f"conique {epsg - 3900}")) for epsg in range(3942, 3951)),
    System(27572, ("FR",), ("lambert 2", "l2e", "lambert ii", "lambert2", "ntf")),
    System(2975, ("FR", "RE"), ("rgr92",)),
    System(2972, ("FR", "GF"), ("rgfg95",)),
    System(5490, ("FR", "GP", "MQ"), ("rgaf09",)),
    *(System(epsg, ("ES", "FR", "DE", "BE", "NL"), ("utm", "etrs89")) for epsg in range(25829, 25834)),
    *(System(epsg, ("CA", "US"), ("utm",)) for epsg in range(32617, 32622)),
    *(System(epsg, ("AU",), ("mga", "gda94")) for epsg in range(28349, 28357)),
    System(3857, (), ("mercator", "web mercator", "3857")),
]


@cache
def _to_degrees(epsg: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(epsg), CRS.from_epsg(DEGREES), always_xy=True)


@cache
def _bounds(epsg: int) -> tuple[float, float, float, float]:
    """West, south, east and north of the system's own area of use, in degrees, a little widened."""
    area = CRS.from_epsg(epsg).area_of_use
    if area is None:
        return -180.0, -90.0, 180.0, 90.0
    return area.west - 1, area.south - 1, area.east + 1, area.north + 1


def positions(epsg: int, pairs: list[Position]) -> list[Position | None]:
    """Eastings and northings in longitude and latitude; None for those that lie outside of the system's own area."""
    west, south, east, north = _bounds(epsg)
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    if epsg != DEGREES:
        try:
            lons, lats = _to_degrees(epsg).transform(xs, ys)
        except ProjError:
            return [None] * len(pairs)
        xs, ys = list(lons), list(lats)
    found: list[Position | None] = []
    for lon, lat in zip(xs, ys, strict=True):
        found.append((lon, lat) if west <= lon <= east and south <= lat <= north else None)
    return found


def named(system: System, *names: str) -> bool:
    """Whether the columns' names speak of the system."""
    text = f" {fold(' '.join(names))} "
    return any(f" {word} " in text for word in system.names)
