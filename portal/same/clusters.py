"""Which records belong together, given how alike they are and what people decided: pure, and the same in any order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Alike:
    """Two records taken for one thing, with so many points."""

    left: UUID
    right: UUID
    points: float


def clusters(
    sources: Mapping[UUID, int],
    alike: Iterable[Alike],
    together: Iterable[tuple[UUID, UUID]] = (),
    apart: Iterable[tuple[UUID, UUID]] = (),
) -> list[frozenset[UUID]]:
    """The groups of two or more, the surest joined first.

    `sources` has every record's source: by comparison alone, no group gets two records of one source, which told them
    apart itself. `together` and `apart` are people's decisions; two records apart are in no group together, whoever
    stands between them.
    """
    groups = _Groups(sources, apart)
    for left, right in sorted(tuple(sorted(pair)) for pair in together):
        groups.join(left, right, decided=True)
    for pair in sorted(alike, key=lambda pair: (-pair.points, *sorted((pair.left, pair.right)))):
        groups.join(pair.left, pair.right, decided=False)
    return sorted((frozenset(group) for group in groups.found()), key=min)


class _Groups:
    def __init__(self, sources: Mapping[UUID, int], apart: Iterable[tuple[UUID, UUID]]) -> None:
        self.sources = sources
        self.group_of = {record: {record} for record in sources}
        self.apart = {frozenset(pair) for pair in apart}

    def join(self, left: UUID, right: UUID, *, decided: bool) -> None:
        if left not in self.group_of or right not in self.group_of:
            return
        one, other = self.group_of[left], self.group_of[right]
        if one is other or self._forbidden(one, other) or not (decided or self._strangers(one, other)):
            return
        one |= other
        for record in other:
            self.group_of[record] = one

    def found(self) -> list[set[UUID]]:
        distinct = {id(group): group for group in self.group_of.values() if len(group) > 1}
        return list(distinct.values())

    def _forbidden(self, one: set[UUID], other: set[UUID]) -> bool:
        return any(frozenset((left, right)) in self.apart for left in one for right in other)

    def _strangers(self, one: set[UUID], other: set[UUID]) -> bool:
        return {self.sources[record] for record in one}.isdisjoint(self.sources[record] for record in other)
