"""Whether a mapping and a filter can be used, before they are: what is wrong is told in words for who wrote them."""

import re
from collections.abc import Mapping
from typing import Any

from harvesters.mapping import FIELDS, stage_readers
from harvesters.mapping.cut import KEYS, check_cut
from harvesters.vocabularies import VOCABULARIES
from portal.vocabularies import STATUSES, Kind, Precision, Remote, Rhythm, Theme

OPTIONS = {"column", "value", "values", "vocabulary", "default", "split", "day", "order"}
ORDERS = ("lat,lon", "lon,lat")
CHOICES: dict[str, tuple[str, ...]] = {
    "precision": tuple(Precision),
    "remote": tuple(Remote),
    "rhythm": tuple(Rhythm),
    "themes": tuple(Theme),
}


class BadMapping(ValueError):
    """A mapping that cannot be used; its text names the field and what would do."""


def check_mapping(mapping: Mapping[str, Any], kind: Kind) -> None:
    """Raises BadMapping for an unknown field, a bad option or a word that is not in our vocabulary."""
    for field in ("id", "title"):
        if field not in mapping:
            raise BadMapping(f"the mapping has no «{field}»: every record needs one")
    if "budget" in mapping and "currency" not in mapping:
        raise BadMapping("the mapping has a «budget» and no «currency»: an amount without one means nothing")
    for field, spec in mapping.items():
        if field not in FIELDS:
            raise BadMapping(f"the mapping knows no field «{field}»; there are {', '.join(FIELDS)}")
        for one in [reader.spec for reader in stage_readers(mapping).values()] if field == "stages" else [spec]:
            _check_spec(field, one)
        _check_words(field, spec, tuple(STATUSES[kind]) if field == "status" else CHOICES.get(field, ()))
    strangers = set(mapping.get("stages", {})) - set(STATUSES[Kind.PROJECT])
    if strangers:
        raise BadMapping(
            f"«{strangers.pop()}» is not a stage of a project; there are {', '.join(STATUSES[Kind.PROJECT])}"
        )


def check_filter(filter_: Mapping[str, Any]) -> None:
    """Raises ValueError for a filter that is not lists of conditions `{column, in | matches}`, or a wrong territory."""
    check_cut(filter_)
    for key, conditions in filter_.items():
        if key in KEYS:
            continue
        if key not in ("keep", "drop") or not isinstance(conditions, list):
            raise BadMapping(
                "a filter has two lists, «keep» and «drop», of { column, in = [...] } or { column, matches }"
            )
        for condition in conditions:
            _check_condition(condition)


def _check_condition(condition: Any) -> None:
    if not (isinstance(condition, dict) and isinstance(condition.get("column"), str)):
        raise BadMapping(f"the filter condition {condition} needs a «column», and «in» or «matches»")
    if not (isinstance(condition.get("in"), list) or isinstance(condition.get("matches"), str)):
        raise BadMapping(f"the filter condition {condition} needs «in», a list of words, or «matches», a pattern")
    try:
        re.compile(condition.get("matches", ""))
    except re.error as error:
        raise BadMapping(f"the filter's pattern «{condition['matches']}» is wrong: {error}") from None


def _check_spec(field: str, spec: Any) -> None:
    if isinstance(spec, dict):
        _check_options(field, spec)
    elif not _names_columns(spec):
        raise BadMapping(f"«{field}» must name a column, a list of columns, or be a table")
    if field == "crs" and not (isinstance(spec, dict) and isinstance(spec.get("value"), int)):
        raise BadMapping("«crs» must be an EPSG code: crs = { value = 2154 }")


def _check_options(field: str, spec: Mapping[str, Any]) -> None:
    strangers = set(spec) - OPTIONS
    if strangers:
        raise BadMapping(f"«{field}» has an unknown option «{strangers.pop()}»; there are {', '.join(sorted(OPTIONS))}")
    vocabulary = spec.get("vocabulary")
    if vocabulary and vocabulary not in VOCABULARIES:
        raise BadMapping(f"«{field}»: no vocabulary «{vocabulary}»; there are {', '.join(VOCABULARIES)}")
    if not _names_columns(spec.get("column", "")):
        raise BadMapping(f"«{field}»: «column» must name a column or a list of columns")
    if spec.get("order", ORDERS[0]) not in ORDERS:
        raise BadMapping(f"«{field}»: «order» is one of {' and '.join(ORDERS)}")
    if not isinstance(spec.get("values", {}), dict):
        raise BadMapping(f"«{field}»: «values» must be a table of their words and ours")


def _names_columns(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))


def _check_words(field: str, spec: Any, allowed: tuple[str, ...]) -> None:
    if not allowed or not isinstance(spec, dict):
        return
    words = [*spec.get("values", {}).values(), *(spec[key] for key in ("default", "value") if key in spec)]
    wrong = [word for word in words if word not in allowed]
    if wrong:
        raise BadMapping(f"«{field}»: «{wrong[0]}» is not one of {', '.join(allowed)}")
