"""Words of the vocabularies as the numbers that read tables hold: their places, from 0; of themes, bits of a mask."""

from collections.abc import Iterable

from django.db.models import TextChoices

from portal.vocabularies import AREAL, LOCATED, PLACELESS, Kind, Precision, Remote, Status, Theme

VOCABULARIES: dict[str, type[TextChoices]] = {
    "kind": Kind, "status": Status, "precision": Precision, "remote": Remote,
}  # fmt: skip


def codes(vocabulary: type[TextChoices], words: Iterable[str]) -> list[int]:
    """The numbers of words."""
    places = vocabulary.values
    return [places.index(word) for word in words]


def mask(themes: Iterable[str]) -> int:
    """The bits of themes."""
    return sum(1 << place for place in codes(Theme, set(themes)))


LOCATED_CODES = tuple(codes(Precision, LOCATED))
AREAL_CODES = tuple(codes(Precision, AREAL))
PLACELESS_CODES = tuple(codes(Precision, PLACELESS))


def coded(vocabulary: type[TextChoices], column: str) -> str:
    """SQL: the number of the word in a column."""
    return f"(array_position(ARRAY[{quoted(vocabulary.values)}], {column}::text) - 1)::smallint"


def masked(column: str) -> str:
    """SQL: the bits of the themes in an array."""
    return (
        f"(SELECT coalesce(bit_or(1 << (array_position(ARRAY[{quoted(Theme.values)}], theme::text) - 1)), 0) "
        f"FROM unnest({column}) AS theme)"
    )


def quoted(words: Iterable[str]) -> str:
    """SQL: words of our vocabularies, one after the other."""
    return ", ".join(f"'{word}'" for word in words)


def listed(numbers: Iterable[int]) -> str:
    """SQL: numbers of ours between brackets, for IN."""
    return f"({', '.join(str(number) for number in numbers)})"
