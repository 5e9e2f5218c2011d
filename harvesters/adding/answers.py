"""What a person said in the form, as the corrections that discovery takes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from geo.models import Area
from geo.places import search
from harvesters.adding.sense import check_answer
from harvesters.discovery.corrections import ACCEPTED
from harvesters.discovery.labels import label_of
from harvesters.mapping.checks import BadMapping

SET, WAS, AGREED, TYPED = "set.", "was.", "ok.", "typed."
"""Before a field's name: what stands there now, what stood there before, that the person agrees with it, and a name
typed beside a choice."""
PARTS, HAD_PARTS = "parts.", "hadparts."
"""Columns put together, ticked now and before."""
SPEC, WORD, OURS, HAD = "spec.", "word.", "ours.", "had."
"""A mapping's table; and of each word of the source: itself, our word for it now, and before."""


class NotUnderstood(BadMapping):
    """An answer that makes no sense; `str()` says so in the reader's language."""


@dataclass
class Answers:
    """The address, the dataset chosen there, the corrections so far, and those that were refused: why, in words."""

    address: str
    dataset: str = ""
    corrections: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, data: QueryDict) -> "Answers":
        """Out of the form. Only what a person changed or agreed to is a correction: a field that they left alone
        stays a guess; one that makes no sense is refused and costs the others nothing. Raises BadMapping when the
        form was tampered with."""
        found = cls(data.get("address", "").strip(), data.get("dataset", ""))
        for name, value in _earlier(data.get("said", "")).items():
            found._take(name, value)
        for changes in (_tables, _parts, _fields, _typed):
            for name, value in changes(data):
                found._take(name, value)
        for name in data:
            if name.startswith(AGREED):
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

    def _take(self, name: str, value: Any) -> None:
        try:
            told = area_codes(value) if name == "territory" and isinstance(value, str) else value
            check_answer(name, told)
        except NotUnderstood as error:
            self.refused[name] = str(error)
        except BadMapping:
            words = _("« %(field)s » ne peut pas être « %(value)s ».")
            self.refused[name] = words % {"field": label_of(name), "value": str(value)[:80]}
        else:
            self.corrections[name] = told

    @property
    def said(self) -> str:
        """The corrections, to travel in the form."""
        return json.dumps(self.corrections, ensure_ascii=False)


Changes = Iterator[tuple[str, Any]]


def _fields(data: QueryDict) -> Changes:
    """The fields whose value is another than before."""
    for name in data:
        field_name, value = name.removeprefix(SET), _of(data, name)
        if name.startswith(SET) and value != _of(data, WAS + field_name):
            yield field_name, value


def _typed(data: QueryDict) -> Changes:
    for name in data:
        if name.startswith(TYPED) and (place := _of(data, name)):
            yield name.removeprefix(TYPED), place


def _parts(data: QueryDict) -> Changes:
    """Columns that were ticked or no longer are, as a template; the last one alone is a column."""
    for name in data:
        field_name = name.removeprefix(HAD_PARTS)
        ticked = data.getlist(PARTS + field_name)
        if name.startswith(HAD_PARTS) and json.dumps(ticked) != json.dumps(_json(_of(data, name), list)):
            yield field_name, ticked[0] if len(ticked) == 1 else "-".join("{" + one + "}" for one in ticked)


def _tables(data: QueryDict) -> Changes:
    """The words whose translation is another than before, put into the table that they came from."""
    for name in data:
        field_name = name.removeprefix(SPEC)
        changed = dict(_words(data, field_name)) if name.startswith(SPEC) else {}
        if changed:
            spec = _json(_of(data, name), dict)
            values = _json_dict(spec.get("values", {})) | changed
            yield field_name, spec | {"values": {theirs: ours for theirs, ours in values.items() if ours}}


def _words(data: QueryDict, field_name: str) -> Iterator[tuple[str, str]]:
    prefix = f"{WORD}{field_name}."
    for name in data:
        number = name.removeprefix(prefix)
        ours = data.get(f"{OURS}{field_name}.{number}", "")
        if name.startswith(prefix) and ours != data.get(f"{HAD}{field_name}.{number}", ""):
            yield _of(data, name), ours


def area_codes(text: str) -> list[str]:
    """The codes of areas that are named or given by code, separated by commas. Raises NotUnderstood for one unknown."""
    return [_area_code(word.strip()) for word in text.split(",") if word.strip()]


def _area_code(word: str) -> str:
    if Area.objects.filter(code=word).exists():
        return word
    if found := search(word, limit=1):
        return found[0].area.code
    raise NotUnderstood(_("Le répertoire des lieux ne connaît aucun « %(place)s ».") % {"place": word[:80]})


def _of(data: QueryDict, name: str) -> str:
    return str(data.get(name, "")).strip()


def _earlier(said: str) -> dict[str, Any]:
    return dict(_json(said or "{}", dict))


def _json(text: str, kind: type) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, kind):
        raise NotUnderstood(_("Ce formulaire a été modifié en route : recommencez depuis l’adresse."))
    return found


def _json_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
