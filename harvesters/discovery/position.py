"""Where the coordinates are, in which system and in which order: every believable reading of them is tried.

A reading is scored by where its points fall: at the towns that the rows name, in the countries that they speak for,
ashore. So axis order and system are found out, not assumed; and where two readings are as good, that is asked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from geo.sizes import GEOD
from harvesters.discovery.columns import Column, number_of, spread
from harvesters.discovery.ground import Ground
from harvesters.discovery.names import says, spoken
from harvesters.discovery.systems import DEGREES, SYSTEMS, Position, named, positions
from harvesters.discovery.telling import joined, percent, quoted
from harvesters.reading import Row

ROWS = 120
AGREE_M = 30
TIE = 0.08
MOSTLY = 0.6
PAIRS_MAX = 8
DECIMALS = 3
OF_LIST = 0.55

_NUMBER = r"[-+]?\d{1,9}(?:\.\d+)?"
_PAIR = re.compile(rf"^\s*\[?\s*({_NUMBER})\s*[,;]\s*({_NUMBER})\s*\]?\s*$")


@dataclass(frozen=True, slots=True)
class Form:
    """How a position stands in the rows: `pairs` by row, as two numbers in the order in which they are written.

    kind: geometry, columns (first the one taken for an easting) or point.
    prior: how clearly the names say so, 0 to 1.
    """

    kind: str
    columns: tuple[str, ...]
    pairs: dict[int, Position]
    prior: float
    unread: int = 0
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form read in one system and one order. `points`: longitude and latitude by row, EPSG:4326."""

    form: Form
    epsg: int
    is_swapped: bool
    points: dict[int, Position]
    confidence: float
    evidence: str
    near: float | None = None

    @property
    def mapping(self) -> dict[str, Any]:
        """What a mapping says for it; nothing for the row's own geometry."""
        if self.form.kind == "geometry":
            return {}
        crs = {} if self.epsg == DEGREES else {"crs": {"value": self.epsg}}
        if self.form.kind == "point":
            order = "lat,lon" if self.is_swapped else "lon,lat"
            return {"point": {"column": self.form.columns[0], "order": order}} | crs
        lon, lat = self.form.columns[::-1] if self.is_swapped else self.form.columns
        return {"lat": lat, "lon": lon} | crs

    @property
    def words(self) -> str:
        """The reading in a few words."""
        place = _("les géométries des fiches") if self.form.kind == "geometry" else quoted(self.form.columns)
        order = _("latitude d’abord") if self.is_swapped else _("longitude d’abord")
        return f"{place}, EPSG:{self.epsg}, {order}"


@dataclass(frozen=True)
class Positions:
    """What was found: the best attempt, whether it is beyond doubt, and the others."""

    best: Attempt | None = None
    others: tuple[Attempt, ...] = ()
    remarks: tuple[str, ...] = ()
    forms: tuple[Form, ...] = field(default=())


def find(rows: Sequence[Row], columns: Sequence[Column], ground: Ground) -> Positions:
    """The position of the rows."""
    forms = list(forms_of(rows, columns))
    attempts = sorted((attempt for form in forms for attempt in tried(form, ground)), key=lambda one: -one.confidence)
    remarks = tuple(
        f"{form.unread} values of {', '.join(form.columns)} are no positions" for form in forms if form.unread
    )
    if not attempts:
        return Positions(None, (), remarks, tuple(forms))
    best, rest = attempts[0], attempts[1:]
    others = [other for other in rest if distance_m(best, other) > AGREE_M or other.form != best.form]
    return Positions(_judged(best, others), tuple(others[:5]), remarks, tuple(forms))


def _judged(best: Attempt, others: Sequence[Attempt]) -> Attempt:
    """Surer where another form says the same place, less sure where another reading is as good elsewhere."""
    same = next((one for one in others if one.form != best.form and distance_m(best, one) <= AGREE_M), None)
    if same is not None:
        confidence = min(0.98, best.confidence + 0.06)
        agrees = _("%(other)s dit la même chose") % {"other": same.words}
        return replace(best, confidence=confidence, evidence=joined([best.evidence, agrees]))
    rival = next((one for one in others if one.confidence > best.confidence - TIE), None)
    if rival is not None and rival.form == best.form:
        confidence = min(best.confidence, 0.5)
        likely = _("aussi probable : %(names)s") % {"names": rival.words}
        return replace(best, confidence=confidence, evidence=joined([best.evidence, likely]))
    return best


def distance_m(one: Attempt, other: Attempt) -> float:
    """The usual distance between what two attempts make of the same rows, in metres."""
    both = spread(sorted(one.points.keys() & other.points.keys()), 30)
    gaps = [GEOD.inv(*one.points[row], *other.points[row])[2] for row in both]
    return median(gaps) if gaps else float("inf")


def forms_of(rows: Sequence[Row], columns: Sequence[Column]) -> Iterator[Form]:
    """Every form in which the rows may hold a position."""
    yield from _geometries(rows)
    by_name = {column.name: column for column in columns}
    for x, y, prior in _pairs_of_columns(columns):
        yield _form_of_columns(by_name[x], by_name[y], prior)
    for column in columns:
        yield from _point(column)


def _geometries(rows: Sequence[Row]) -> Iterator[Form]:
    corners = {place: corner for place, row in enumerate(rows) if (corner := _corner(row.geometry)) is not None}
    if corners:
        yield Form("geometry", (), _some(corners), 0.9)


def _corner(geometry: dict[str, Any] | None) -> Position | None:
    """The first position of a geometry."""
    value: Any = (geometry or {}).get("coordinates")
    while isinstance(value, list) and value and isinstance(value[0], list):
        value = value[0]
    if isinstance(value, list) and len(value) >= 2 and all(isinstance(part, int | float) for part in value[:2]):
        return float(value[0]), float(value[1])
    return None


def _some(pairs: dict[int, Position]) -> dict[int, Position]:
    """Some of the positions, null island left aside."""
    real = {row: pair for row, pair in pairs.items() if pair != (0.0, 0.0)}
    return {row: real[row] for row in spread(sorted(real), ROWS)}


def _pairs_of_columns(columns: Sequence[Column]) -> list[tuple[str, str, float]]:
    """Columns that may be an easting and a northing, and how clearly their names say so."""
    numeric = [column for column in columns if column.texts and column.share_numbers > 0.8]
    found: dict[tuple[str, str], float] = {}
    for x in numeric:
        for y in numeric:
            prior = min(says("lon", x.name), says("lat", y.name))
            prior *= 0.5 if x.is_of_list else 1.0
            if x is not y and prior > 0.3 and _frame(x.name, "lon") == _frame(y.name, "lat"):
                found[x.name, y.name] = prior
    for one, other in pairwise(numeric):
        if (
            _is_precise(one)
            and _is_precise(other)
            and not {(one.name, other.name), (other.name, one.name)} & set(found)
        ):
            found[one.name, other.name] = 0.2
    best = sorted(found, key=lambda pair: -found[pair])[:PAIRS_MAX]
    return [(x, y, found[x, y]) for x, y in best]


_AXIS = {
    "lon": re.compile(r"longitude|longitud|long|lng|lon|lengtegraad|easting|xordinate|est|x|0$|1$"),
    "lat": re.compile(r"latitude|latitud|lat|breedtegraad|northing|yordinate|nord|y|0$|1$"),
}


def _frame(name: str, axis: str) -> str:
    """The name without the word of its axis: both columns of a pair share it."""
    return " ".join(_AXIS[axis].sub("", spoken(name)).split())


def _is_precise(column: Column) -> bool:
    """Whether its numbers have the decimals that positions have."""
    return sum(1 for text in column.texts if re.search(rf"[.,]\d{{{DECIMALS},}}", text)) > 0.7 * len(column.texts)


def _form_of_columns(x: Column, y: Column, prior: float) -> Form:
    read = {place: (number_of(x.values[place]), number_of(y.values[place])) for place in range(x.rows)}
    pairs = {place: (a, b) for place, (a, b) in read.items() if a is not None and b is not None}
    return Form("columns", (x.name, y.name), _some(pairs), prior)


def _point(column: Column) -> Iterator[Form]:
    """A column whose texts or lists hold both coordinates."""
    read = {place: pair for place, value in enumerate(column.values) if (pair := pair_of(value)) is not None}
    if read and len(read) >= MOSTLY * len(column.filled):
        prior = max(says("point", column.name), 0.3)
        is_text = isinstance(column.filled[0], str) and not column.filled[0].lstrip().startswith("[")
        yield Form("point", (column.name,), _some(read), prior, len(column.filled) - len(read), is_text)


def pair_of(value: object) -> Position | None:
    """The two numbers of `"45.46, -73.93"`, `"[3.95, 50.45]"` or a list of two."""
    if isinstance(value, list) and len(value) in (2, 3) and all(isinstance(part, int | float) for part in value):
        return float(value[0]), float(value[1])
    match = _PAIR.match(value) if isinstance(value, str) and len(value) < 80 else None
    return (float(match[1]), float(match[2])) if match else None


def tried(form: Form, ground: Ground) -> Iterator[Attempt]:
    """The form read in every system and order that makes sense of it."""
    pairs = list(form.pairs.values())
    if not pairs:
        return
    in_degrees = sum(1 for a, b in pairs if abs(a) <= 180 and abs(b) <= 180) > MOSTLY * len(pairs)
    systems = [DEGREES] if in_degrees else [system.epsg for system in SYSTEMS]
    for epsg in systems:
        for is_swapped in (False, True):
            attempt = _attempt(form, epsg, is_swapped, ground)
            if attempt is not None:
                yield attempt


def _attempt(form: Form, epsg: int, is_swapped: bool, ground: Ground) -> Attempt | None:
    written = [pair[::-1] if is_swapped else pair for pair in form.pairs.values()]
    read = positions(epsg, [(a, b) for a, b in written])
    points = {row: point for row, point in zip(form.pairs, read, strict=True) if point is not None}
    inside = len(points) / len(form.pairs)
    if inside < MOSTLY:
        return None
    confidence, words = _prior(form, epsg, is_swapped)
    confidence, more, near = _grounded(confidence, points, ground)
    if any(".0." in name for name in form.columns):
        confidence, more = min(confidence, OF_LIST), joined([more, _("seulement le premier de plusieurs lieux")])
    lost = _("lues ainsi, %(share)s des positions n’ont pas de sens") % {"share": percent(1 - inside)}
    evidence = joined([words, more, lost if inside < 0.995 else ""])
    return Attempt(form, epsg, is_swapped, points, round(confidence * inside, 3), evidence, near)


def _prior(form: Form, epsg: int, is_swapped: bool) -> tuple[float, str]:
    """How likely a reading is before its points are looked at."""
    if epsg == DEGREES and form.kind == "geometry":
        against, by_rule = _("du GeoJSON contre sa règle"), _("le GeoJSON donne la longitude puis la latitude")
        return (0.15, against) if is_swapped else (0.9, by_rule)
    if epsg == DEGREES and form.kind == "point":
        # Plain text is mostly «latitude, longitude»; of brackets and lists only the ground tells.
        usual = 0.1 if is_swapped and form.is_text else 0.0
        return 0.35 + 0.25 * form.prior + usual, _("deux nombres dans une valeur")
    if epsg == DEGREES:
        straight = 0.35 + 0.5 * form.prior
        in_degrees = _("des degrés, comme le nom des colonnes le dit")
        return (0.12, _("contre le nom des colonnes")) if is_swapped else (straight, in_degrees)
    system = next(system for system in SYSTEMS if system.epsg == epsg)
    if form.kind == "columns" and is_swapped:
        return 0.1, _("contre le nom des colonnes")
    if named(system, *form.columns) or named(system, *map(spoken, form.columns)):
        return 0.75, _("le nom des colonnes parle de %(system)s") % {"system": f"EPSG:{epsg}"}
    words = _("des mètres qui ont un sens en %(system)s") % {"system": f"EPSG:{epsg}"}
    return 0.3 + 0.2 * form.prior - (0.05 if is_swapped else 0.0), words


def _grounded(prior: float, points: dict[int, Position], ground: Ground) -> tuple[float, str, float | None]:
    """The prior, corrected by where the points fall; why; and the share that is near the towns named."""
    share, told = ground.share_near(points)
    if told >= 3:
        said = {"share": percent(share), "count": told, "places": ground.evidence}
        words = _("%(share)s des %(count)s fiches se trouvent où sont %(places)s") % said
        if share >= MOSTLY:
            return max(prior, 0.6) * 0.3 + 0.7 * (0.75 + 0.25 * share), words, share
        return prior * (0.2 + share), words, share
    if not ground.is_known:
        return prior, _("il n’y a pas de répertoire des lieux pour comparer"), None
    some = list(points.values())
    if ground.likely:
        home = ground.share_ashore(some, ground.likely)
        if home >= 0.9:
            said = {"share": percent(home), "countries": ", ".join(ground.likely)}
            return min(prior + 0.15, 0.95), _("%(share)s se trouvent dans : %(countries)s") % said, None
    ashore = ground.share_ashore(some)
    at_home = ground.countries.total() >= 10
    words = _("%(share)s se trouvent sur terre")
    if at_home:
        words = _("%(share)s se trouvent sur terre, mais pas dans : %(countries)s")
    words %= {"share": percent(ashore), "countries": ", ".join(ground.likely)}
    return prior * (0.4 if at_home else 1.0) * (0.3 + 0.7 * ashore) + 0.05 * ashore, words, None
