"""The records of real files in one common form, so that pairs of them can be named by file and id.

The files are not part of the project: they are read from ../shared/data, where it exists.
"""

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TextIO

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

Fields = dict[str, Any]
"""kind, title, lat, lon (degrees), address, postal_code, commune, organisation, organisation_id, website, starts,
ends (ISO 8601), edition; what a file does not tell is missing."""


@cache
def records(file: str) -> dict[str, Fields]:
    """The records of a file of DATA by their id."""
    return {record_id: _told(fields) for record_id, fields in READERS[file]()}


def _told(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def _open(path: str, encoding: str = "utf-8-sig") -> TextIO:
    content = (DATA / path).read_bytes()
    return io.StringIO((gzip.decompress(content) if path.endswith(".gz") else content).decode(encoding), newline="")


def _number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _missions() -> Iterator[tuple[str, Fields]]:
    for row in csv.DictReader(_open("missions/api-engagement-missions.csv")):
        yield row["id"], {
            "kind": "mission", "title": row["title"], "lat": _number(row["lat"]), "lon": _number(row["lon"]),
            "address": row["address"], "commune": row["city"], "organisation": row["organizationName"],
            "starts": row["startAt"], "ends": row["endAt"],
        }  # fmt: skip


def _missions_by_town() -> Iterator[tuple[str, Fields]]:
    for town in json.load(_open("missions/api-engagement-missions-par-ville.json.gz")):
        for mission in town["missions"]:
            brief, detail = mission["search"], mission["detail"]
            place = detail.get("location") or {}
            yield brief["id"], {
                "kind": "mission", "title": brief["title"], "lat": place.get("lat"), "lon": place.get("lon"),
                "address": place.get("address"), "commune": place.get("city"),
                "organisation": brief["organizationName"], "starts": detail.get("startAt"),
                "ends": detail.get("endAt"),
            }  # fmt: skip


def _transiscope() -> Iterator[tuple[str, Fields]]:
    for node in json.load(_open("initiatives/transiscope-presdecheznous-initiatives.jsonld.gz"))["data"]:
        yield node.get("@id", node["name"]), {
            "kind": "initiative", "title": node["name"].strip(), "lat": _number(node["lat"]),
            "lon": _number(node["long"]), "website": node["site"] if "://" in (node.get("site") or "") else "",
        }  # fmt: skip


def _gogofull() -> Iterator[tuple[str, Fields]]:
    for node in json.load(_open("initiatives/gogocarto-gogofull-elements.json"))["data"]:
        address = node["address"]
        yield node["id"], {
            "kind": "initiative", "title": node["name"], "lat": node["geo"]["latitude"],
            "lon": node["geo"]["longitude"], "address": address.get("streetAddress"),
            "postal_code": address.get("postalCode"), "commune": address.get("addressLocality"),
            "website": node.get("website"),
        }  # fmt: skip


def _gogocompact() -> Iterator[tuple[str, Fields]]:
    for node in json.load(_open("initiatives/gogocarto-gogocompact-elements.json"))["data"]:
        yield node[0], {"kind": "initiative", "title": node[1], "lat": node[2], "lon": node[3]}


def _hinaura() -> Iterator[tuple[str, Fields]]:
    for row in json.load(_open("initiatives/lieux-mediation-numerique-hinaura.json.gz")):
        yield row["id"], {
            "kind": "initiative", "title": row["nom"], "lat": _number(row.get("latitude")),
            "lon": _number(row.get("longitude")), "address": row.get("adresse"),
            "postal_code": row.get("code_postal"), "commune": row.get("commune"),
            "website": (row.get("site_web") or "").split(";")[0],
        }  # fmt: skip


def _brussels() -> Iterator[tuple[str, Fields]]:
    for row in json.load(_open("initiatives/bruxelles-associations-subventionnees-2022.json")):
        number = row["Le numéro de BCE du bénéficiaire de la subvention"]
        yield number, {
            "kind": "initiative", "title": row["Nom du bénéficiaire de la subvention"].strip(),
            "lat": _number(row["Latitude"]) or None, "lon": _number(row["Longitude"]) or None,
            "address": f"{row['Rue']} {row['Numéro de maison']}".strip(), "postal_code": row["Code postal"].strip("0"),
            "commune": row["Commune"], "organisation_id": number,
        }  # fmt: skip


def _quebec() -> Iterator[tuple[str, Fields]]:
    for feature in json.load(_open("initiatives/quebec-lieux-publics.geojson.gz"))["features"]:
        row, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]
        yield str(row["ID"]), {
            "kind": "initiative", "title": row["NOM_TOPOGRAPHIE"], "lat": lat, "lon": lon, "commune": "Québec",
            "address": f"{row['NO_CIVIQUE'] or ''} {row['RUE'] or ''}".strip(),
        }  # fmt: skip


def _pools() -> Iterator[tuple[str, Fields]]:
    places = json.load(_open("nasty/montreal-piscines-decimal-comma-mtm.json"))["places"]
    for position, place in enumerate(places, 1):
        row = place["properties"]
        yield str(position), {
            "kind": "initiative", "title": f"{row['TYPE']} {row['NOM']}", "lat": row["LAT"], "lon": row["LONG"],
            "address": row["ADRESSE"], "commune": "Montréal",
        }  # fmt: skip


def _fire_centres() -> Iterator[tuple[str, Fields]]:
    rows = csv.DictReader(_open("missions/sapeurs-pompiers-volontaires-centres.csv.gz"))
    for position, row in enumerate(rows, 1):
        yield str(position), {
            "kind": "mission", "title": row["name"] or f"Caserne de {row['city']}", "lat": _number(row["lat"]),
            "lon": _number(row["lon"]), "address": row["street"], "postal_code": row["postalCode"],
            "commune": row["city"],
        }  # fmt: skip


def _fire_centres_mojibake() -> Iterator[tuple[str, Fields]]:
    for row in csv.DictReader(_open("nasty/centres-secours-mojibake.csv"), delimiter=";"):
        yield row["id"], {
            "kind": "mission", "title": row["nom"], "lat": _number(row["lat"]), "lon": _number(row["lon"]),
            "commune": row["commune"],
        }  # fmt: skip


def _fire_centres_lambert() -> Iterator[tuple[str, Fields]]:
    places = {row["id"]: row for row in csv.DictReader(_open("nasty/centres-secours-lambert93-cp1252.truth.csv"))}
    rows = csv.DictReader(_open("nasty/centres-secours-lambert93-cp1252.csv", "cp1252"), delimiter=";")
    for row in rows:
        place = places[row["Identifiant"]]
        yield row["Identifiant"], {
            "kind": "mission", "title": row["Libellé"], "lat": _number(place["lat"]), "lon": _number(place["lon"]),
            "address": row["Adresse"], "postal_code": row["Code postal"], "commune": row["Commune"],
        }  # fmt: skip


def _warsaw(year: int) -> Iterator[tuple[str, Fields]]:
    path = f"participatory_budget/warszawa-budzet-obywatelski-{year}-projekty.csv"
    for row in csv.DictReader(_open(path), delimiter=";"):
        yield f"{row['subunit']}-{row['project_id']}", {
            "kind": "project", "title": row["name"], "lat": _number(row["latitude"]),
            "lon": _number(row["longitude"]), "commune": row["subunit"], "edition": year,
        }  # fmt: skip


def _paris() -> Iterator[tuple[str, Fields]]:
    path = "participatory_budget/paris-budget-participatif-projets-laureats-2014-2023.csv"
    for row in csv.DictReader(_open(path), delimiter=";"):
        yield row["Identifiant du projet lauréat"], {
            "kind": "project", "title": row["Titre du projet lauréat"], "address": row["Adresse du projet lauréat"],
            "postal_code": row["Arrondissement du projet lauréat"], "edition": int(row["Edition"]),
        }  # fmt: skip


def _new_york() -> Iterator[tuple[str, Fields]]:
    rows = csv.DictReader(_open("participatory_budget/new-york-participatory-budgeting-projects.csv.gz"))
    for position, row in enumerate(rows, 1):
        yield str(position), {
            "kind": "project", "title": row["Title"].strip(), "lat": _number(row["Latitude"]),
            "lon": _number(row["Longitude"]), "address": row["Address"],
            "commune": f"New York district {row['Council District']}", "edition": int(row["Vote Year"]),
        }  # fmt: skip


READERS: dict[str, Callable[[], Iterator[tuple[str, Fields]]]] = {
    "missions": _missions,
    "missions-by-town": _missions_by_town,
    "transiscope": _transiscope,
    "gogofull": _gogofull,
    "gogocompact": _gogocompact,
    "hinaura": _hinaura,
    "brussels": _brussels,
    "quebec": _quebec,
    "pools": _pools,
    "fire-centres": _fire_centres,
    "fire-centres-mojibake": _fire_centres_mojibake,
    "fire-centres-lambert93": _fire_centres_lambert,
    "warsaw-2022": lambda: _warsaw(2022),
    "warsaw-2024": lambda: _warsaw(2024),
    "paris": _paris,
    "new-york": _new_york,
}
