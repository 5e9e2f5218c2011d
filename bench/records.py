"""Made-up records, the same for the same seed: as many as wanted, shaped like those of real portals."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.contrib.gis.geos import Point

from portal.models import Activity, Source
from portal.vocabularies import Kind, Precision, Status, Theme

WORDS = [
    "atelier", "vélo", "quartier", "jardin", "partagé", "école", "fontaine", "place", "marché", "lecture",
    "bibliothèque", "repas", "solidaire", "accueil", "rénovation", "toiture", "cour", "arbre", "plantation",
    "berge", "rivière", "sentier", "éclairage", "banc", "jeux", "enfants", "aînés", "musique", "collecte", "tri",
    "compost", "ressourcerie", "réparation", "café", "associatif", "nettoyage", "trottoir", "piste", "cyclable",
    "traversée",
]  # fmt: skip
FIRST_DAY = datetime(2026, 1, 1, 8, tzinfo=UTC)
SOUTH, NORTH, WEST, EAST = 42.5, 51.0, -4.5, 8.0


def bench_source() -> Source:
    """The Source that the made-up records are said to come from."""
    return Source.objects.create(
        slug="bench", uid="https://bench.example/records", title="Bench", protocol="file", publisher="Bench",
        address="https://bench.example/records.csv", licence="CC0", kind=Kind.PROJECT, mapping={},
    )  # fmt: skip


def records(source: Source, count: int, first: int = 0, version: int = 1) -> Iterator[Activity]:
    """Unsaved Activities number `first` to `first + count`; another `version` has other texts and amounts."""
    for number in range(first, first + count):
        yield record(source, number, version)


def record(source: Source, number: int, version: int) -> Activity:
    chance = random.Random(number * 31 + version)  # noqa: S311  (nothing secret is drawn)
    here = random.Random(number)  # noqa: S311
    starts = FIRST_DAY + timedelta(hours=number % 8760)
    return Activity(
        source=source,
        source_record_id=f"record-{number}",
        source_url=f"https://bench.example/records/{number}",
        licence=source.licence,
        kind=source.kind,
        title=f"{' '.join(chance.choices(WORDS, k=6)).capitalize()} {number}",
        description="\n\n".join(" ".join(chance.choices(WORDS, k=35)) + "." for _ in range(2)),
        lang="fr",
        themes=here.sample([theme.value for theme in Theme], 2),
        themes_source=["Cadre de vie", "Nature"],
        organisation=f"Association {number % 5000}",
        geometry=Point(here.uniform(WEST, EAST), here.uniform(SOUTH, NORTH), srid=4326),
        precision=Precision.EXACT,
        address=f"{number % 200} rue {here.choice(WORDS)}",
        postal_code=f"{number % 95000:05d}",
        starts=starts,
        ends=starts + timedelta(hours=3),
        status=Status.SELECTED,
        status_source="Lauréat",
        edition=2020 + number % 7,
        budget=Decimal(chance.randrange(1_000, 500_000)),
        currency="EUR",
        votes=chance.randrange(5_000),
    )
