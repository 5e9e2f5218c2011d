"""The labelled pairs as records, in two halves: one to look at, one held out until the end."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.same.changes import changed
from bench.same.records import Fields, records

PAIRS = Path(__file__).with_name("pairs.csv")


@dataclass(frozen=True)
class Pair:
    """Two records and what they are: `same` or not; `why` says of what sort the pair is."""

    key: str
    same: bool
    origin: str
    why: str
    left: Fields
    right: Fields

    @property
    def held_out(self) -> bool:
        """Half of the pairs, by their hash: never looked at while the matcher is made."""
        return hashlib.sha256(self.key.encode()).digest()[0] % 2 == 1


def pairs() -> Iterator[Pair]:
    """Every pair of the list, its records read from the real files and changed as the list says."""
    with PAIRS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            left = records(row["left_file"])[row["left_id"]]
            right = changed(records(row["right_file"])[row["right_id"]], row["change"])
            key = "|".join(row[name] for name in ("left_file", "left_id", "right_file", "right_id", "change"))
            yield Pair(key, row["label"] == "same", row["origin"], row["why"], left, right)
