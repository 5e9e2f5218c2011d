"""What a person said in the form, as the corrections that discovery takes."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from geo.models import Area
from geo.places import search
from harvesters.discovery.corrections import ACCEPTED
from harvesters.mapping.checks import BadMapping

SET, WAS, AGREED = "set.", "was.", "ok."
"""Before a field's name: what stands there now, what stood there before, and that the person agrees with it."""


@dataclass
class Answers:
    """The address, the dataset chosen there, and the corrections so far."""

    address: str
    dataset: str = ""
    corrections: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict) -> "Answers":
        """Out of the form. Only what a person changed or agreed to is a correction: a field that they left alone
        stays a guess. Raises BadMapping when the form was tampered with."""
        found = cls(data.get("address", "").strip(), data.get("dataset", ""), _earlier(data.get("said", "")))
        given = {name: str(value).strip() for name, value in data.items()}
        for name, value in given.items():
            field_name = name.removeprefix(SET)
            if name.startswith(SET) and value != given.get(WAS + field_name, ""):
                found.corrections[field_name] = area_codes(value) if field_name == "territory" else value
            elif name.startswith(AGREED):
                found.corrections.setdefault(name.removeprefix(AGREED), ACCEPTED)
        return found

    @classmethod
    def before(cls, data: QueryDict) -> "Answers":
        """As they were before this form, whose new answers made no sense."""
        try:
            earlier = _earlier(data.get("said", ""))
        except BadMapping:
            earlier = {}
        return cls(data.get("address", "").strip(), data.get("dataset", ""), earlier)

    @property
    def said(self) -> str:
        """The corrections, to travel in the form."""
        return json.dumps(self.corrections, ensure_ascii=False)


def area_codes(text: str) -> list[str]:
    """The codes of areas that are named or given by code, separated by commas. Raises BadMapping for one unknown."""
    return [_area_code(word.strip()) for word in text.split(",") if word.strip()]


def _area_code(word: str) -> str:
    if Area.objects.filter(code=word).exists():
        return word
    if found := search(word, limit=1):
        return found[0].area.code
    raise BadMapping(f"the gazetteer knows no place called «{word}»")


def _earlier(said: str) -> dict[str, Any]:
    try:
        found = json.loads(said or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadMapping("the form came back changed: start again from the address")
    return found
