"""What a person says against or for a proposal. It is taken as said, and never guessed over."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from harvesters.definition import FIELDS
from harvesters.mapping import FIELDS as MAPPING_FIELDS
from harvesters.mapping.checks import BadMapping

Corrections = Mapping[str, Any]
ACCEPTED = "="
"""The value that takes what was found as it is."""

PLACE = ("lat", "lon", "point", "geometry", "crs")
LISTS = ("territory",)
FLAGS = ("tried", "demo", "enabled")
LEFT_OUT = {"", "none", "null"}


def checked(corrections: Corrections) -> dict[str, Any]:
    """The corrections with their values read. Raises BadMapping for a field that there is not."""
    return {name: _value(name, value) for name, value in corrections.items()}


def parsed(settings: Iterable[str]) -> dict[str, str]:
    """Corrections out of `field=value` words; a field alone is accepted as found. Raises BadMapping."""
    found = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        found[name.strip()] = value.strip() if sign else ACCEPTED
    return found


def _value(name: str, value: Any) -> Any:
    head, _, rest = name.partition(".")
    if head == "mapping" and rest not in MAPPING_FIELDS and not (rest == "position" and value == ACCEPTED):
        raise BadMapping(f"the mapping knows no field «{rest}»; there are {', '.join(MAPPING_FIELDS)}")
    if head not in FIELDS:
        raise BadMapping(f"there is no field «{head}» to set; there are {', '.join(FIELDS)}")
    if head in LISTS and isinstance(value, str) and value != ACCEPTED:
        return [code.strip() for code in value.split(",") if code.strip()]
    if head in FLAGS and isinstance(value, str):
        return value.lower() in ("true", "yes", "1")
    return _read(name, value)


def _read(name: str, value: Any) -> Any:
    """JSON where it is a table or a list; a whole number for `crs` and for options that are counts."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith(('{"', "[")) or text == "{}":
        try:
            return json.loads(text)
        except ValueError:
            raise BadMapping(f"«{name}»: what begins like JSON must be JSON") from None
    if name == "mapping.crs" and text.removeprefix("EPSG:").isdigit():
        return {"value": int(text.removeprefix("EPSG:"))}
    if name == "mapping.currency" and len(text) == 3 and text.isupper():
        return {"value": text}
    return int(text) if name.startswith("options.") and text.isdigit() else text


def of(corrections: Corrections, head: str) -> dict[str, Any]:
    """The corrections below a head: of `mapping`, by the fields of the mapping."""
    return {
        name.partition(".")[2]: value
        for name, value in corrections.items()
        if name.partition(".")[0] == head and "." in name
    }


def is_own(name: str) -> bool:
    """Whether it is a field of the source itself, not of its tables."""
    return "." not in name


def plain(corrections: Corrections) -> dict[str, Any]:
    """The corrections of the source's own fields that change something."""
    return {name: value for name, value in corrections.items() if "." not in name and value != ACCEPTED}


def is_left_out(value: Any) -> bool:
    """Whether the person wants the field left out of the mapping."""
    return isinstance(value, str) and value.strip().lower() in LEFT_OUT
