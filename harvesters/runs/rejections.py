"""The records that a run could not take: all counted by their code, as many kept in words as anybody will read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from harvesters.mapping.remarks import Refused
from portal.models import Rejection, Run

KEPT_MAX = 1_000
"""So many of each code are kept in words. A portal that sends rubbish must not fill our disk with it."""


@dataclass
class Rejections:
    """ids: of the rejected records that have one, for they are listed all the same; nameless: how many have none."""

    run: Run
    counts: Counter[str] = field(default_factory=Counter)
    ids: set[str] = field(default_factory=set)
    nameless: int = 0
    first: str = ""
    _kept: list[Rejection] = field(default_factory=list)

    def add(self, position: int, record_id: str, refusal: Refused) -> None:
        """Count a record, and keep the reason while there are few of its code."""
        self.counts[refusal.code] += 1
        self.first = self.first or refusal.reason
        if record_id:
            self.ids.add(record_id)
        else:
            self.nameless += 1
        if self.counts[refusal.code] <= KEPT_MAX:
            kept = Rejection(run=self.run, position=position, record_id=record_id)
            kept.code, kept.reason = refusal.code, refusal.reason
            self._kept.append(kept)

    def save(self) -> None:
        """Write the counts into the run, and the reasons beside it; the run itself is saved by whoever ends it."""
        self.run.rejected = self.counts.total()
        self.run.rejected_by_code = dict(self.counts)
        Rejection.objects.bulk_create(self._kept, batch_size=1_000)


def repeat(run: Run, earlier: Iterable[Rejection]) -> None:
    """The rejections of an earlier run hold for this one too."""
    again = [
        Rejection(run=run, position=old.position, record_id=old.record_id, code=old.code, reason=old.reason)
        for old in earlier
    ]
    Rejection.objects.bulk_create(again, batch_size=1_000)
