"""Whether an answer makes sense by itself, before the portal is asked: what does not is refused alone."""

from typing import Any

from django.core.exceptions import ValidationError

from harvesters.discovery import corrections
from harvesters.discovery.choices import translated
from harvesters.mapping.checks import BadMapping, check_mapping
from portal.models import Source
from portal.vocabularies import Kind

AROUND = {"id": "x", "title": "x", "currency": {"value": "EUR"}}
"""What a mapping needs besides the field that is checked."""


def check_answer(name: str, value: Any) -> None:
    """Raises BadMapping for a value that this field of a source or of its mapping can never have."""
    read = corrections.checked({name: value})[name]
    head, _dot, field = name.partition(".")
    if read == corrections.ACCEPTED or corrections.is_left_out(read):
        return
    if head == "mapping":
        check_mapping(AROUND | {field: translated(field, read, (), Kind.PROJECT)}, Kind.PROJECT)
    elif not field:
        _check_own(name, read)


def _check_own(name: str, value: Any) -> None:
    source = Source(**{name: value})
    try:
        source.clean_fields(exclude=[one.name for one in Source._meta.fields if one.name != name])
    except ValidationError as error:
        raise BadMapping(f"«{name}»: {error.messages[0]}") from None
