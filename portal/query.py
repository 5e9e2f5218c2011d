"""The one place where a query string becomes a question about Activities.

The same string means the same to pages, items, points and exports. The API reads it strictly
(`Query.strict`, a wrong value raises BadParameter); pages read it leniently (`Query.lenient`,
a wrong value is dropped and told).
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self
from urllib.parse import quote, urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.crs import CRS84, BadCrs, Crs, read_bbox, read_crs
from geo.models import Area
from geo.parse import BadCoordinate, BBox, Near, parse_near, parse_radius, shortest
from portal import cql
from portal.models import Source
from portal.vocabularies import Kind, Precision, Remote, Status, Theme
from portal.when import BadWhen, When

LIMIT_DEFAULT = 100
LIMIT_MAX = 10_000
TEXT_MAX = 200
ONCE, ALL = "once", "all"
SORTS = ("id", "distance", "starts", "-starts", "ends", "-ends", "changed", "-changed")
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class BadParameter(ValueError):
    """A parameter that is not understood: which one, and one sentence that says what came and what would do."""

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.detail = UNSEEN.sub("\ufffd", detail)


@dataclass(frozen=True)
class Query:
    """A question about Activities: each filter ANDed with the others, the values inside one ORed.

    Without `radius_m` or `bbox` there is no bound in space; `near` alone only sorts.
    """

    near: Near | None = None
    radius_m: float | None = None
    bbox: BBox | None = None
    area: str = ""
    """Code of an Area of the gazetteer."""
    kinds: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    remotes: tuple[str, ...] = ()
    when: When = field(default_factory=When)
    q: str = ""
    filter: str = ""
    """A condition in CQL2 text; `portal.cql.parse` makes SQL of it."""
    duplicates: str = ""
    """Empty: what several portals publish is there once; ALL: every record."""

    sort: str = ""
    """Empty: by distance from `near`, else by public id; ties always by public id."""

    @property
    def order(self) -> str:
        return self.sort or ("distance" if self.near else "id")

    @property
    def bounded(self) -> bool:
        """Whether items without a place are out of the question."""
        return self.radius_m is not None or self.bbox is not None or self.area != ""

    @property
    def filtered(self) -> bool:
        """Whether anything but kinds and place narrows the answer."""
        return bool(
            self.themes
            or self.statuses
            or self.sources
            or self.precisions
            or self.remotes
            or self.when
            or self.q
            or self.filter
        )

    @classmethod
    def strict(cls, data: QueryDict, also: Collection[str] = ()) -> Self:
        """Read every parameter; `also` names those that the caller reads itself. Raises BadParameter."""
        for name in data:
            if name not in PARAMETERS and name not in COMPANIONS and name not in also:
                detail = _("Le paramètre « %(name)s » est inconnu ; sont compris : %(known)s.")
                known = ", ".join([*PARAMETERS, *COMPANIONS, *also])
                raise BadParameter(name, detail % {"name": name[:60], "known": known})
        for name, check in COMPANIONS.items():
            check(name, data)
        query = cls(**{slot: read(name, data) for name, (slot, read) in PARAMETERS.items() if name in data})
        if query.radius_m is not None and query.near is None:
            raise BadParameter("radius", _("« radius » demande « near=latitude,longitude »."))
        if query.sort == "distance" and query.near is None:
            raise BadParameter("sort", _("« sort=distance » demande « near=latitude,longitude »."))
        return query

    @classmethod
    def lenient(cls, data: QueryDict) -> tuple[Self, list[str]]:
        """Read what can be read, and say in a sentence each what was dropped; foreign parameters are ignored."""
        query, problems = cls(), []
        for name in [name for name in PARAMETERS if data.get(name)]:
            slot, read = PARAMETERS[name]
            try:
                query = replace(query, **{slot: read(name, data)})
            except BadParameter as error:
                problems.append(error.detail)
        if query.near is None:
            query = replace(query, radius_m=None, sort="" if query.sort == "distance" else query.sort)
        return query, problems

    def string(self, **changes: Any) -> str:
        """The canonical query string, with fields changed by their parameter's name; None takes one away."""
        renamed = {PARAMETERS[name][0]: EMPTY[PARAMETERS[name][0]] if value is None else value
                   for name, value in changes.items()}  # fmt: skip
        query = replace(self, **renamed)
        if query.near is None:
            query = replace(query, radius_m=None, sort="" if query.sort == "distance" else query.sort)
        pairs = ((name, _written(getattr(query, slot))) for name, (slot, _read) in PARAMETERS.items()
                  if name not in SYNONYMS)  # fmt: skip
        return urlencode([(name, text) for name, text in pairs if text], safe=",/:", quote_via=quote)


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, float):
        return shortest(value)
    return "" if value is None else str(value)


def _single(name: str, data: QueryDict) -> str:
    values = data.getlist(name)
    if len(values) > 1:
        raise BadParameter(name, _("« %s » ne se donne qu’une fois.") % name)
    if "\x00" in values[0]:
        raise BadParameter(name, _("« %s » contient un caractère nul.") % name)
    return values[0].strip()


def _coordinates(parse: Callable[[str], Any]) -> Callable[[str, QueryDict], Any]:
    def read(name: str, data: QueryDict) -> Any:
        try:
            return parse(_single(name, data))
        except BadCoordinate as error:
            raise BadParameter(name, f"{name} : {error}") from None

    return read


def _choices(allowed: Callable[[], tuple[str, ...]]) -> Callable[[str, QueryDict], tuple[str, ...]]:
    def read(name: str, data: QueryDict) -> tuple[str, ...]:
        values = [part.strip() for value in data.getlist(name) for part in value.split(",")]
        words = allowed()
        for value in values:
            if value not in words:
                detail = _("« %(name)s » ne connaît pas « %(value)s » ; connaît : %(words)s.")
                raise BadParameter(name, detail % {"name": name, "value": value[:60], "words": ", ".join(words)})
        return tuple(word for word in words if word in values)

    return read


def crs_of(name: str, data: QueryDict) -> Crs:
    """The coordinate system that a parameter names; CRS84 when it is not given. Raises BadParameter."""
    try:
        return read_crs(_single(name, data)) if name in data else CRS84
    except BadCrs as error:
        raise BadParameter(name, f"{name} : {error}") from None


def _bbox(name: str, data: QueryDict) -> BBox:
    crs = crs_of("bbox-crs", data)
    box: BBox = _coordinates(lambda text: read_bbox(text, crs))(name, data)
    return box


def _when(name: str, data: QueryDict) -> When:
    try:
        return When.parse(_single(name, data))
    except BadWhen as error:
        raise BadParameter(name, str(error)) from None


def _datetime(name: str, data: QueryDict) -> When:
    """`when` by its OGC name, which has dates and moments only."""
    if "when" in data:
        raise BadParameter(name, _("« when » et « datetime » disent la même chose : donnez l’un des deux."))
    text = _single(name, data)
    try:
        return When.parse(text, words=())
    except BadWhen:
        detail = _("« datetime » ne comprend pas « %s » ; comprend une date, un instant ou un intervalle : 2026-11-28, "
                   "2026-11-28T09:00:00Z, 2026-11-28/...")  # fmt: skip
        raise BadParameter(name, detail % text[:60]) from None


def _area(name: str, data: QueryDict) -> str:
    code = _single(name, data)
    if not Area.objects.filter(code=code).exists():
        detail = _("« area » ne connaît pas le code « %s » ; /api/places?q=… donne les codes.")
        raise BadParameter(name, detail % code[:60])
    return code


def _text(name: str, data: QueryDict) -> str:
    text = _single(name, data)
    if len(text) > TEXT_MAX:
        raise BadParameter(name, _("« %(name)s » dépasse %(max)s caractères.") % {"name": name, "max": TEXT_MAX})
    return re.sub(r"\s+", " ", text)


def _filter(name: str, data: QueryDict) -> str:
    text = _single(name, data)
    try:
        cql.parse(text)
    except cql.BadFilter as error:
        raise BadParameter(name, str(error)) from None
    return text


def _only(value: str) -> Callable[[str, QueryDict], str]:
    """For what standards let one choose and we have one of."""

    def check(name: str, data: QueryDict) -> str:
        if name in data and _single(name, data) != value:
            detail = _("« %(name)s » ne connaît que « %(value)s ».")
            raise BadParameter(name, detail % {"name": name, "value": value})
        return value

    return check


def _duplicates(name: str, data: QueryDict) -> str:
    return ALL if ALL in _choices(lambda: (ONCE, ALL))(name, data) else ""


def _sort(name: str, data: QueryDict) -> str:
    word = _single(name, data)
    if word not in SORTS:
        detail = _("« %(name)s » ne connaît pas « %(value)s » ; connaît : %(words)s.")
        raise BadParameter(name, detail % {"name": name, "value": word[:60], "words": ", ".join(SORTS)})
    return word


def _source_slugs() -> tuple[str, ...]:
    return tuple(Source.objects.values_list("slug", flat=True))


PARAMETERS: dict[str, tuple[str, Callable[[str, QueryDict], Any]]] = {
    "near": ("near", _coordinates(parse_near)),
    "radius": ("radius_m", _coordinates(parse_radius)),
    "bbox": ("bbox", _bbox),
    "area": ("area", _area),
    "kind": ("kinds", _choices(lambda: tuple(Kind))),
    "theme": ("themes", _choices(lambda: tuple(Theme))),
    "status": ("statuses", _choices(lambda: tuple(Status))),
    "precision": ("precisions", _choices(lambda: tuple(Precision))),
    "remote": ("remotes", _choices(lambda: tuple(Remote))),
    "source": ("sources", _choices(_source_slugs)),
    "when": ("when", _when),
    "datetime": ("when", _datetime),
    "q": ("q", _text),
    "filter": ("filter", _filter),
    "duplicates": ("duplicates", _duplicates),
    "sort": ("sort", _sort),
}
"""Parameter → the field of Query that it fills, and how it is read; in canonical order."""

SYNONYMS = ("datetime",)
"""Other names for the field of another parameter: read, never written."""

COMPANIONS: dict[str, Callable[[str, QueryDict], Any]] = {
    "bbox-crs": crs_of,
    "filter-lang": _only("cql2-text"),
    "filter-crs": _only(CRS84.uri),
}
"""Parameters that say how another is to be read, and what checks them. The canonical string does without."""

EMPTY = {slot.name: getattr(Query(), slot.name) for slot in fields(Query)}
