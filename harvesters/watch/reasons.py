"""Why records were refused and runs not complete, grouped, in plain words with what can be done."""

from collections import Counter
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg

from portal import reasons
from portal.models import Rejection, Run

EXAMPLES = 3


@dataclass(frozen=True)
class Group:
    """Records refused for one reason. `examples`: ids, or positions where there is no id."""

    code: str
    count: int
    reason: reasons.Reason
    examples: list[str]


def grouped(run: Run) -> list[Group]:
    """The reasons of a run's rejections, the most frequent first: all are counted, examples are of those kept."""
    rows = (
        Rejection.objects.filter(run=run)
        .order_by()
        .values_list("code")
        .annotate(ids=ArrayAgg("record_id", order_by="position"), places=ArrayAgg("position", order_by="position"))
    )
    examples = {code: _examples(ids, places) for code, ids, places in rows}
    counts = Counter(run.rejected_by_code)
    return [
        Group(code, count, reasons.of_rejection(code), examples.get(code, [])) for code, count in counts.most_common()
    ]


def _examples(ids: list[str], places: list[int]) -> list[str]:
    pairs = list(zip(ids, places, strict=True))[:EXAMPLES]
    return [record_id or f"n° {place}" for record_id, place in pairs]


def why(run: Run) -> reasons.Reason | None:
    """Why the run is not complete; None when it is, or when it says no code."""
    return reasons.of_error(run.error_code) if run.error_code else None
