"""The records that every server serves, in the forms that servers read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.db import connection

KINDS = ("Jardin partagé", "Café des aînés", "Atelier vélo", "Répar’café", "École des parents", "Œuvre d’été")
Json = dict[str, Any]


def features(count: int) -> Iterator[Json]:
    """Initiatives with accents and markup in their titles, and texts for ids (“é-00042”), around Mons and Lille."""
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        title = f"<b>{kind}</b> n° {number} & l'été à <i>Noël</i>" if number % 3 == 0 else f"{kind} «{number}»"
        place = [round(3 + number % 97 / 100, 5), round(50.4 + number // 97 / 200, 5)]
        yield {
            "type": "Feature",
            "id": f"é-{number:05d}",
            "properties": {"id": f"é-{number:05d}", "titre": title, "places": number % 40, "quand": "2026-11-21"},
            "geometry": {"type": "Point", "coordinates": place},
        }


def write_geojson(path: Path, count: int) -> None:
    collection = {"type": "FeatureCollection", "features": list(features(count))}
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def write_geopackage(path: Path, count: int) -> None:
    listed = list(features(count))
    values = [[of["properties"][name] for of in listed] for name in listed[0]["properties"]]
    columns = [np.array(column, dtype=object if isinstance(column[0], str) else int) for column in values]
    places = shapely.to_wkb(shapely.points([of["geometry"]["coordinates"] for of in listed]))
    names = list(listed[0]["properties"])
    pyogrio.raw.write(path, places, columns, names, driver="GPKG", geometry_type="Point", crs="EPSG:4326")


def write_table(count: int) -> None:
    """The records as a table of the database in use, `initiatives`."""
    rows = [
        [of["id"], of["properties"]["titre"], of["properties"]["places"], *of["geometry"]["coordinates"]]
        for of in features(count)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE initiatives (id text PRIMARY KEY, titre text, places int, geom geometry(Point, 4326))"
        )
        cursor.executemany("INSERT INTO initiatives VALUES (%s, %s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 4326))", rows)
