"""What other portals do to a record that they publish too: re-type, shorten, abbreviate, move, leave out.

A change is written as steps joined by «;», e.g. `upper;move=140@72;no=website`, so that a list of
pairs says all that was done to a record.
"""

import math
import re
import unicodedata
from collections.abc import Callable

from bench.same.records import Fields

_METRES_A_DEGREE = 111_200
_SHORTER = {
    r"\bAvenue\b": "Av.", r"\bBoulevard\b": "Bd", r"\bRue\b": "R.", r"\bPlace\b": "Pl.", r"\bRoute\b": "Rte",
    r"\bChemin\b": "Ch.", r"\bSaint\b": "St", r"\bSainte\b": "Ste", r"\bAssociation\b": "Asso",
    r"\bCentre d['’]incendie et de secours\b": "CIS", r"\bCentre de secours\b": "CS",
    r"\bCentre de première intervention\b": "CPI", r"\bMaison des jeunes et de la culture\b": "MJC",
    r"\bEspace public numérique\b": "EPN", r"\bMédiathèque\b": "Médiath.", r"\bBibliothèque\b": "Bibl.",
    r"\bet\b": "&", r"\bpersonnes en situation de handicap\b": "pers. handicapées",
}  # fmt: skip


def changed(fields: Fields, change: str) -> Fields:
    """The record as the other portal would tell it."""
    fields = dict(fields)
    for step in filter(None, change.split(";")):
        name, _, value = step.partition("=")
        STEPS[name](fields, value)
    return fields


def _title(function: Callable[[str], str]) -> Callable[[Fields, str], None]:
    def step(fields: Fields, _value: str) -> None:
        fields["title"] = function(fields["title"])

    return step


def _unaccent(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _cut(fields: Fields, value: str) -> None:
    """At so many letters, as a column of limited width does."""
    if len(fields["title"]) > int(value):
        fields["title"] = fields["title"][: int(value)].rstrip() + "…"


def _shorten(text: str) -> str:
    for long, short in _SHORTER.items():
        text = re.sub(long, short, text, flags=re.IGNORECASE)
    return text


def _abbreviate(fields: Fields, _value: str) -> None:
    for name in ("title", "address", "organisation"):
        if name in fields:
            fields[name] = _shorten(fields[name])


def _typo(fields: Fields, value: str) -> None:
    """Two letters of the longest word change places."""
    word = max(re.findall(r"\w+", fields["title"]), key=len, default="")
    place = int(value or 2) % max(len(word) - 1, 1)
    mistyped = word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]
    fields["title"] = fields["title"].replace(word, mistyped, 1)


def _move(fields: Fields, value: str) -> None:
    """Another geocoder's point: `metres@bearing` away."""
    if "lat" not in fields:
        return
    metres, bearing = (float(part) for part in value.split("@"))
    angle = math.radians(bearing)
    fields["lat"] += metres * math.cos(angle) / _METRES_A_DEGREE
    fields["lon"] += metres * math.sin(angle) / (_METRES_A_DEGREE * math.cos(math.radians(fields["lat"])))


def _round(fields: Fields, value: str) -> None:
    for name in ("lat", "lon"):
        if name in fields:
            fields[name] = round(fields[name], int(value))


def _no(fields: Fields, value: str) -> None:
    for name in ("lat", "lon") if value == "point" else value.split(","):
        fields.pop(name, None)


def _retype(fields: Fields, _value: str) -> None:
    """«3 Rue Raoul Blanchard, 38000 Grenoble, FR» → «Rue Raoul Blanchard 3», as other hands type it."""
    street = fields.get("address", "").split(",")[0]
    match = re.match(r"(\d+\s?(?:bis|ter)?)\s+(.+)", street)
    if street:
        fields["address"] = f"{match[2]} {match[1]}" if match else street.lower()


def _town(fields: Fields, _value: str) -> None:
    if fields.get("commune"):
        fields["title"] = f"{fields['title']} - {fields['commune']}"


def _day(fields: Fields, _value: str) -> None:
    """The day without its hour, as midnight somewhere else writes it."""
    for name in ("starts", "ends"):
        if fields.get(name):
            fields[name] = fields[name][:10] + "T00:00:00+02:00"


def _link(fields: Fields, _value: str) -> None:
    """The same page with other decorations."""
    bare = re.sub(r"^https?://(www\.)?", "", fields.get("website", "")).rstrip("/")
    if bare:
        fields["website"] = f"https://www.{bare}/?utm_source=portail"


STEPS: dict[str, Callable[[Fields, str], None]] = {
    "upper": _title(str.upper),
    "lower": _title(str.lower),
    "unaccent": _title(_unaccent),
    "ascii-quotes": _title(lambda text: text.replace("’", "'").replace("«", '"').replace("»", '"')),
    "prefix": lambda fields, value: fields.update(title=f"{value} {fields['title']}"),
    "suffix": lambda fields, value: fields.update(title=f"{fields['title']} {value}"),
    "cut": _cut,
    "abbreviate": _abbreviate,
    "typo": _typo,
    "move": _move,
    "round": _round,
    "no": _no,
    "retype": _retype,
    "town": _town,
    "day": _day,
    "link": _link,
}
