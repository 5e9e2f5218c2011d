"""What makes a record the same for ever: the column that identifies it, or several together."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from harvesters.discovery.columns import Column, distinct_together
from harvesters.discovery.fits import a_title, is_date, is_decimal
from harvesters.discovery.meaning import Guess
from harvesters.discovery.names import says
from harvesters.discovery.telling import joined, number

ID_LENGTH_MAX = 200
NEARLY_ALL = 0.98
COMPOSITE = 0.5
"""How sure a composite id ever is: a person says whether it stays the same from year to year."""
PARTS_MAX = 6
FEW_ROWS, STRONG, NAMED = 10, 0.9, 0.5


def id_guesses(columns: Sequence[Column]) -> list[Guess]:
    """The columns that may identify a record, the likeliest first."""
    found = [guess for column in columns if (guess := _guess(column)) is not None]
    return sorted(found, key=lambda guess: (-guess.confidence, guess.column.depth))


def _guess(column: Column) -> Guess | None:
    if column.is_of_list or not _can_be(column):
        return None
    name = 0.92 if column.name == "_id" else says("id", column.name)
    unique = column.share_distinct * column.share_filled
    if unique < NEARLY_ALL:
        return None
    wholly = unique == 1.0
    # Three rows are told apart by nearly anything.
    seen = min(1.0, 0.85 + column.rows / 60)
    confidence = (0.55 + 0.42 * name if name else 0.3) * (1.0 if wholly else 0.85) * seen - 0.03 * min(column.depth, 3)
    too_few = column.rows < FEW_ROWS and name < STRONG
    if too_few:
        confidence = min(confidence, COMPOSITE)
    return Guess("id", column, round(confidence, 3), _evidence(column, name >= NAMED, too_few))


def _evidence(column: Column, is_named: bool, too_few: bool) -> str:
    counts = {"values": number(len(column.counts)), "records": number(column.rows)}
    blank = column.rows - len(column.filled)
    steady = _("elle compte les lignes : vérifiez qu’elle ne change pas quand le fichier est trié autrement")
    return joined([
        _("son nom le dit") if is_named else "",
        _("valeurs différentes : %(values)s pour %(records)s fiches") % counts,
        _("trop peu pour en juger") if too_few else "",
        _("%(count)s vides") % {"count": number(blank)} if blank else "",
        steady if counts_up(column) else "",
    ])  # fmt: skip


def _can_be(column: Column) -> bool:
    texts = column.texts
    if not texts or len(texts) * 1.02 < min(len(column.filled), 200) or max(map(len, texts)) > ID_LENGTH_MAX:
        return False
    if (
        is_decimal(column)
        or is_date(column)[0] > 0.5
        or any(says(field, column.name) >= 0.5 for field in ("lat", "lon"))
    ):
        return False
    return not any("\n" in text for text in texts) and not column.has_markup


def counts_up(column: Column) -> bool:
    """Whether it numbers the rows 1, 2, 3… as they come: then it may be the row's and not the record's."""
    numbers = column.numbers
    return len(numbers) == len(column.texts) == column.rows > 2 and all(
        number == place for place, number in enumerate(numbers, start=int(numbers[0]))
    )


def composite(columns: Sequence[Column], meaning: dict[str, list[Guess]]) -> tuple[list[Column], int]:
    """Columns that identify a record together, and how many records they tell apart.

    The year, the number and the district come before the title, which is sometimes corrected. A part is kept only
    when it tells more records apart.
    """
    parts: list[Column] = []
    told = 1
    for column in _candidates(columns, meaning):
        if column in parts or len(parts) == PARTS_MAX:
            continue
        more = distinct_together([*parts, column])
        if more > told:
            parts, told = [*parts, column], more
        if told == column.rows:
            break
    if parts and all(is_date(column)[0] > 0 for column in parts):
        # A moment is nobody's name: what it is the moment of belongs to it.
        parts += [column for column in columns if _is_numbering(column)][:1]
    return parts, told


def _candidates(columns: Sequence[Column], meaning: dict[str, list[Guess]]) -> list[Column]:
    numbered = [column for column in columns if _is_numbering(column)]
    order = ("edition", "area", "starts", "commune", "postal_code", "title", "address", "themes")
    best = {field: found[0].column for field in order if (found := meaning.get(field, ()))}
    before = [best[field] for field in ("edition", "area", "starts") if field in best]
    after = [best[field] for field in order[3:] if field in best]
    # Two such columns are enough: a third tells nothing of the record.
    return [*before[:3], *numbered[:2], *after]


def _is_numbering(column: Column) -> bool:
    """A column named as an id whose values repeat: the number within a year, a district or an owner."""
    return says("id", column.name) >= 0.6 and bool(column.texts) and not is_decimal(column) and a_title(column)[0] == 0
