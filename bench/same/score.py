"""Precision and recall of the matcher on the labelled pairs: `python -m bench.same.score [--held-out] [--wrong]`."""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bench.same.pairs import Pair, pairs
from bench.same.records import Fields
from geo.names import fold
from portal.same.score import Told, link_key, score


def told(fields: Fields) -> Told:
    """The record as the matcher sees it."""
    commune = fields.get("commune", "")
    return Told(
        kind=fields["kind"],
        title=fields["title"],
        points=((fields["lon"], fields["lat"]),) if "lat" in fields else (),
        areas=(fold(commune),) if commune else (),
        commune=commune,
        address=fields.get("address", ""),
        postal_code=fields.get("postal_code", ""),
        organisation=fields.get("organisation", ""),
        organisation_id=fields.get("organisation_id", ""),
        links=frozenset(filter(None, [link_key(fields.get("website", ""))])),
        starts=_moment(fields.get("starts")),
        ends=_moment(fields.get("ends")),
        edition=fields.get("edition"),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Figures:
    """How many pairs were right and wrong: the same and found so (`true`), missed, different and taken for one."""

    true: int
    missed: int
    false: int
    apart: int

    @property
    def precision(self) -> float:
        return self.true / max(self.true + self.false, 1)

    @property
    def recall(self) -> float:
        return self.true / max(self.true + self.missed, 1)

    def __str__(self) -> str:
        return (
            f"{self.true + self.missed} the same, {self.missed} of them missed; {self.false + self.apart} different, "
            f"{self.false} of them taken for one; precision {self.precision:.4f}, recall {self.recall:.4f}"
        )


def figures(chosen: Iterable[Pair]) -> Figures:
    """Compare each pair and count."""
    counts = Counter((pair.same, score(told(pair.left), told(pair.right)).accepted) for pair in chosen)
    return Figures(counts[True, True], counts[True, False], counts[False, True], counts[False, False])


def wrong(chosen: Iterable[Pair]) -> Iterator[str]:
    """Each pair that came out otherwise than labelled, with the reasons."""
    for pair in chosen:
        result = score(told(pair.left), told(pair.right))
        if result.accepted != pair.same:
            reasons = "; ".join(f"{reason.words} {reason.points:+}" for reason in result.reasons)
            what = "missed" if pair.same else "taken for one"
            yield f"{what} {result.points} {pair.key}: {pair.left['title']} / {pair.right['title']}: {reasons}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", action="store_true", help="the half that is scored once, at the end")
    parser.add_argument("--wrong", action="store_true", help="tell each pair that came out wrong")
    options = parser.parse_args()
    half = [pair for pair in pairs() if pair.held_out == options.held_out]
    for line in wrong(half) if options.wrong else ():
        print(line)
    by_origin = {"all": half} | {name: [one for one in half if one.origin == name] for name in ("natural", "derived")}
    for name, chosen in by_origin.items():
        print(f"{name}: {figures(chosen)}")
