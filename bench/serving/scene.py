"""Where it is asked: boxes of so many records around towns, points, tiles. The same for the same records."""

import math
from dataclasses import asdict, dataclass

import numpy as np
import psycopg

from bench.serving.records import Shape, towns
from portal.vocabularies import Kind, Theme

WEST, SOUTH, EAST, NORTH = -5.0, 41.3, 9.7, 51.6  # France and Belgium in Europe
CITY_RECORDS, REGION_RECORDS = 500, 9_700  # 10,000 with the areas that ours adds
CITIES, REGIONS, POINTS = 24, 6, 24
BRIEF = (4, 1, 4)
RADIUS_M, NEAREST = 10_000, 50
SINCE = "2021-01-01"
DECIMALS = 5

# How far a square around a point reaches that holds so many records, in degrees of latitude.
REACH = """
SELECT reach FROM (
    SELECT greatest(abs(ST_X(geometry) - %(lon)s) * %(shrink)s, abs(ST_Y(geometry) - %(lat)s)) AS reach
    FROM portal_activity WHERE GeometryType(geometry) = 'POINT'
    ORDER BY geometry <-> ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) LIMIT %(count)s * 6
) AS around ORDER BY reach OFFSET %(count)s LIMIT 1
"""
# Of those that no other source tells.
SOME = """
SELECT ST_X(geometry), ST_Y(geometry) FROM portal_activity WHERE GeometryType(geometry) = 'POINT'
    AND geometry && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326) AND id %% 400 > 10
ORDER BY id LIMIT 300
"""
MATCHING = """
SELECT count(*) FROM portal_activity WHERE kind = %(kind)s AND themes @> ARRAY[%(theme)s::varchar]
    AND coalesce(ends, 'infinity') >= %(since)s AND starts >= %(since)s
    AND ST_DWithin(geometry::geography, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)::geography, %(radius)s)
    AND geometry && ST_Expand(ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326), 0.2)
"""


@dataclass(frozen=True)
class Box:
    """EPSG:4326, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return f"{self.west},{self.south},{self.east},{self.north}"

    def jittered(self, number: int) -> "Box":
        """Not quite the same: up to 1,024 of them, whose edges lie within 35 m."""
        north, west = divmod(number % 1_024, 32)
        off = 10**-DECIMALS
        return Box(
            round(self.west + west * off, DECIMALS), self.south, self.east, round(self.north + north * off, DECIMALS)
        )


COUNTRY = Box(WEST, SOUTH, EAST, NORTH)


@dataclass(frozen=True)
class Near:
    """A point and what is wanted around it."""

    lon: float
    lat: float
    kind: str
    theme: str

    @property
    def box(self) -> Box:
        """10 km to each side, for servers that know boxes only."""
        high = RADIUS_M / 111_200
        wide = high / math.cos(math.radians(self.lat))
        edges = (self.lon - wide, self.lat - high, self.lon + wide, self.lat + high)
        return Box(*(round(edge, DECIMALS) for edge in edges))


@dataclass(frozen=True)
class Tile:
    z: int
    x: int
    y: int


@dataclass(frozen=True)
class Scene:
    """All places that are asked about. city_records and region_records: how many there are in such a box."""

    city_records: int
    region_records: int
    cities: list[Box]
    regions: list[Box]
    points: list[Near]
    records: list[tuple[float, float]]

    def tiles(self, z: int) -> list[Tile]:
        """Those that some records are in: none is empty, and where much goes on is looked at most."""
        return list(dict.fromkeys(tile_at(lon, lat, z) for lon, lat in self.records))


def scene(connection: psycopg.Connection, shape: Shape, *, brief: bool = False) -> Scene:
    """Boxes of as many records as wanted; of a tenth or a fifth of all where there are few. brief: few places."""
    cities, regions, points = BRIEF if brief else (CITIES, REGIONS, POINTS)
    chance = np.random.default_rng([shape.seed, 3])
    drawn = _drawn_towns(chance, cities + regions)
    city, region = min(CITY_RECORDS, shape.records // 10), min(REGION_RECORDS, shape.records // 5)
    return Scene(
        city,
        region,
        [_box(connection, *at, city) for at in drawn[:cities]],
        [_box(connection, *at, region) for at in drawn[cities:]],
        _points(connection, chance, points),
        _records(connection),
    )


def tile_at(lon: float, lat: float, z: int) -> Tile:
    across = 2**z
    height = math.asinh(math.tan(math.radians(lat))) / math.pi
    return Tile(z, int((lon + 180) / 360 * across), int((1 - height) / 2 * across))


def _drawn_towns(chance: np.random.Generator, count: int) -> list[tuple[float, float]]:
    """As often as people live there; overseas ones left out, since the country's box is Europe's."""
    around = towns()
    lon, lat = around.centres.T
    inside = (lon > WEST) & (lon < EAST) & (lat > SOUTH) & (lat < NORTH)
    shares = np.where(inside, around.shares, 0)
    drawn = chance.choice(len(shares), count, replace=False, p=shares / shares.sum())
    return [(float(lon[index]), float(lat[index])) for index in drawn]


def _records(connection: psycopg.Connection) -> list[tuple[float, float]]:
    return [(float(lon), float(lat)) for lon, lat in connection.execute(SOME, asdict(COUNTRY)).fetchall()]


def _box(connection: psycopg.Connection, lon: float, lat: float, count: int) -> Box:
    shrink = math.cos(math.radians(lat))
    row = connection.execute(REACH, {"lon": lon, "lat": lat, "shrink": shrink, "count": count}).fetchone()
    reach = float(row[0]) if row else 1.0
    edges = (lon - reach / shrink, lat - reach, lon + reach / shrink, lat + reach)
    return Box(*(round(edge, DECIMALS) for edge in edges))


def _points(connection: psycopg.Connection, chance: np.random.Generator, wanted: int) -> list[Near]:
    """In the largest towns, where the answer is as full as it can be; never an empty one."""
    around = towns()
    largest = np.argsort(-around.populations)[: wanted * 4]
    kinds, themes = chance.choice(list(Kind), len(largest)), chance.choice(list(Theme), len(largest))
    asked = [
        Near(float(around.centres[index][0]), float(around.centres[index][1]), str(kind), str(theme))
        for index, kind, theme in zip(largest.tolist(), kinds, themes, strict=True)
    ]
    inside = [near for near in asked if WEST < near.lon < EAST and SOUTH < near.lat < NORTH]
    counted = sorted(((matching(connection, near), near) for near in inside), key=lambda pair: -pair[0])
    return [near for count, near in counted if count][:wanted]


def matching(connection: psycopg.Connection, near: Near) -> int:
    """How many begin after the date within the radius: none the less answers everybody's question, however read."""
    values = {"lon": near.lon, "lat": near.lat, "kind": near.kind, "theme": near.theme}
    row = connection.execute(MATCHING, {**values, "since": SINCE, "radius": RADIUS_M}).fetchone()
    return int(row[0]) if row else 0
