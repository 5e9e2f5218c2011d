"""Made-up records by the million, drawn in columns: where people live in France and Belgium, shaped like real ones.

Chunk by chunk, each from a seed of its own, so that the same parameters give the same records. Around communes weighted
by population ^ 0.92, 1 to 3 km off on average; 1 % concern a whole commune, 0.5 % are remote, 1 % have several
addresses; every 400th is told by two sources (every 4,000th by three), alike in title, kind and place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from bench.serving.words import Stream, stream
from geo.bundle import BundledPlace, read_places
from geo.models import Level
from portal.vocabularies import Kind, Precision

CHUNK = 20_000
ONE_TWICE_IN, ONE_THRICE_IN = 400, 4_000  # both divide CHUNK: what is one thing is in one chunk
AREAL_SHARE, REMOTE_SHARE, SEVERAL_SHARE = 0.01, 0.005, 0.01
POPULATION_POWER = 0.92
KM_A_DEGREE = 111.2
MEAN_OF_GAUSS = 1.2533  # mean distance of a two-dimensional normal draw, in its standard deviations
SOURCE_SHARES = (0.4, 0.25, 0.15, 0.12, 0.08)
KIND_SHARES = (0.45, 0.3, 0.25)
PRECISIONS = (Precision.EXACT, Precision.STREET, Precision.PLACE)
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """What records are wanted. narrow: without descriptions, so that five million fit in memory."""

    records: int
    seed: int = 2026
    narrow: bool = False


@dataclass(frozen=True)
class Towns:
    """Communes with people in them, in columns."""

    places: list[BundledPlace]

    @cached_property
    def centres(self) -> Floats:
        return np.array([(place.longitude, place.latitude) for place in self.places])

    @cached_property
    def populations(self) -> Floats:
        return np.array([place.population or 0 for place in self.places], dtype=float)

    @cached_property
    def shares(self) -> Floats:
        weights: Floats = self.populations**POPULATION_POWER
        shares: Floats = weights / weights.sum()
        return shares

    @cached_property
    def scatter_km(self) -> Floats:
        """How far from the middle a record is on average."""
        return np.clip(1 + 0.4 * (np.log10(self.populations) - 3), 1, 3)


@cache
def towns() -> Towns:
    found = read_places(["FR", "BE"])
    return Towns([place for place in found if place.level == Level.COMMUNE and place.population])


@dataclass(frozen=True)
class Chunk:
    """Columns of some records; `town` is an index of Towns, `geometry` hexadecimal EWKB or None."""

    numbers: Integers
    town: Integers
    source: Integers
    kind: Integers
    precision: list[str]
    geometry: list[str | None]
    title: list[str]
    description: list[str]
    chance: np.random.Generator

    @property
    def areal(self) -> Flags:
        return np.array([precision == Precision.COMMUNE for precision in self.precision])


def chunks(shape: Shape, around: Towns) -> Iterator[Chunk]:
    words = stream(shape.seed)
    for first in range(0, shape.records, CHUNK):
        numbers = np.arange(first, min(first + CHUNK, shape.records))
        yield _chunk(numbers, shape, around, words)


def thing(numbers: Integers) -> Integers:
    """Number of the first record that tells the same thing: mostly the record's own."""
    second = numbers % ONE_TWICE_IN == 1
    third = numbers % ONE_THRICE_IN == 2
    return numbers - np.where(third, 2, second)


def _chunk(numbers: Integers, shape: Shape, around: Towns, words: Stream) -> Chunk:
    chance = np.random.default_rng([shape.seed, 2, int(numbers[0])])
    count = len(numbers)
    first = thing(numbers) - numbers[0]  # index of the record that each repeats
    town = chance.choice(len(around.places), count, p=around.shares)[first]
    source = (chance.choice(len(SOURCE_SHARES), count, p=SOURCE_SHARES)[first] + numbers - numbers[0] - first) % len(
        SOURCE_SHARES
    )
    kind = chance.choice(len(Kind), count, p=KIND_SHARES)[first]
    placed = chance.random(count)[first]
    titles = words.cuts(chance, count, 20, 80)
    return Chunk(
        numbers=numbers,
        town=town,
        source=source,
        kind=kind,
        precision=_precisions(chance, placed),
        geometry=_geometries(chance, town, first, placed, around),
        title=[titles[index].capitalize() for index in first.tolist()],
        description=[""] * count if shape.narrow else words.cuts(chance, count, 200, 1_490),
        chance=chance,
    )


def _precisions(chance: np.random.Generator, placed: Floats) -> list[str]:
    located = np.array([str(precision) for precision in PRECISIONS], dtype=object)
    drawn = located[chance.choice(len(PRECISIONS), len(placed), p=(0.7, 0.2, 0.1))]
    drawn[placed < AREAL_SHARE + REMOTE_SHARE] = Precision.COMMUNE.value
    drawn[placed < REMOTE_SHARE] = Precision.REMOTE.value
    return [str(word) for word in drawn]


def _geometries(
    chance: np.random.Generator, town: Integers, first: Integers, placed: Floats, around: Towns
) -> list[str | None]:
    """A record told again is a few metres beside the one it repeats."""
    again = first != np.arange(len(first))
    points = _scattered(chance, town, around)[first] + np.where(again, 0.0001, 0.0)[:, None]
    shapes = shapely.points(np.round(points, 5))
    several = np.flatnonzero(placed > 1 - SEVERAL_SHARE)
    others = shapely.points(np.round(_scattered(chance, town[several], around), 5))
    pairs = np.stack([shapes[several], others], axis=1).reshape(-1)
    if len(several):
        shapes[several] = shapely.multipoints(pairs, indices=np.repeat(np.arange(len(several)), 2))
    texts = shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
    texts[placed < AREAL_SHARE + REMOTE_SHARE] = None
    return [None if text is None else str(text) for text in texts]


def _scattered(chance: np.random.Generator, town: Integers, around: Towns) -> Floats:
    off_km = chance.normal(size=(len(town), 2)) * (around.scatter_km[town] / MEAN_OF_GAUSS)[:, None]
    centres: Floats = around.centres[town]
    shrink = np.stack([np.cos(np.radians(centres[:, 1])), np.ones(len(town))], axis=1)
    return centres + off_km / (KM_A_DEGREE * shrink)
