"""What the answer to a question must be, found by looking at every record."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from tests.oracle.ground import metres_to, metres_to_grounds, on_the_edge, touching
from tests.oracle.lexicon import Lexicon
from tests.oracle.question import COLLECTIONS, Question
from tests.oracle.record import AREAL, LOCATED, PLACELESS, Ground, Record

HERE = ZoneInfo("Europe/Paris")
OVER = {"past", "closed", "delivered", "abandoned", "rejected", "not_selected", "merged"}
SATURDAY = 5
EDGE = 1e-6
"""Of a radius: what stands so near the circle may be on either side."""
NAMES = ("matched", "located", "areal", "remote", "unknown")


@dataclass(frozen=True)
class Answer:
    """`records` in their order; `metres` of those that have a place, when the question has one.

    `on_the_edge`: something stands where the last bits of a number decide, so that nothing can be compared.
    """

    records: list[Record]
    metres: dict[Record, float]
    counts: dict[str, int]
    on_the_edge: bool


class Oracle:
    def __init__(self, records: Iterable[Record], lexicon: Lexicon, now: datetime) -> None:
        self.published = [record for record in records if not record.withdrawn]
        self.lexicon = lexicon
        self.now = now
        self.grounds = list({record.ground.code: record.ground for record in self.published if record.ground}.values())
        self.fellows: dict[int, list[Record]] = defaultdict(list)
        for record in self.published:
            if record.cluster is not None:
                self.fellows[record.cluster].append(record)

    def answer(self, question: Question) -> Answer:
        matching = [record for record in self.published if self._fits(record, question)]
        metres = metres_to(question.near, matching) if question.near else {}
        placed, doubtful = self._placed(question, matching, metres)
        shown, beside = placed, matching
        if question.duplicates != "all":
            answer = {*placed, *(r for r in matching if r.precision in PLACELESS)} if question.bounded else matching
            hidden = _hidden(answer)
            shown = [record for record in placed if record not in hidden]
            beside = [record for record in matching if record not in hidden]
        ordered = sorted(shown, key=partial(_order, metres if question.near else None))
        if question.sort:
            ordered = _sorted(shown, question.sort)
        return Answer(ordered, metres, _counts(shown, beside), doubtful)

    def others(self, record: Record) -> list[str]:
        """The sources that publish the same thing, in their order."""
        fellows = self.fellows.get(record.cluster, []) if record.cluster is not None else []
        ordered = sorted(fellows, key=lambda fellow: fellow.rank)
        return [fellow.origin.slug for fellow in ordered if fellow is not record]

    def _fits(self, record: Record, question: Question) -> bool:
        """All but the place."""
        kind = COLLECTIONS[question.collection]
        return (
            (not kind or record.kind == kind)
            and (not question.kinds or record.kind in question.kinds)
            and (not question.statuses or record.status in question.statuses)
            and (not question.sources or record.origin.slug in question.sources)
            and (not question.precisions or record.precision in question.precisions)
            and (not question.remotes or record.remote in question.remotes)
            and (not question.themes or any(theme in question.themes for theme in record.themes))
            and (not question.when or fits_days(record, question.when, self.now))
            and self.lexicon.matches(question.words, record.words)
        )

    def _placed(
        self, question: Question, matching: list[Record], metres: dict[Record, float]
    ) -> tuple[list[Record], bool]:
        """Those that are inside of the circle and of the box, and whether one stands on an edge."""
        placed, doubtful = matching, False
        if question.near and question.radius_m is not None:
            placed, doubtful = self._in_circle(question, placed, metres)
        if question.box:
            placed, on_edge = self._in_box(question, placed)
            doubtful |= on_edge
        return placed, doubtful

    def _in_circle(
        self, question: Question, records: list[Record], metres: dict[Record, float]
    ) -> tuple[list[Record], bool]:
        assert question.near
        assert question.radius_m is not None
        radius_m = question.radius_m
        grounds = metres_to_grounds(question.near, _grounds(records, self.grounds))
        far = {**metres, **{r: grounds[r.ground.code] for r in records if r.ground and r.precision in AREAL}}
        doubtful = any(abs(distance - radius_m) <= EDGE * radius_m for distance in far.values())
        return [record for record in records if far.get(record, float("inf")) <= radius_m], doubtful

    def _in_box(self, question: Question, records: list[Record]) -> tuple[list[Record], bool]:
        assert question.box
        drawn = [record for record in records if record.precision not in PLACELESS]
        shapes = [record.drawn for record in drawn]
        inside = touching(question.box, shapes)
        return [record for record, is_in in zip(drawn, inside, strict=True) if is_in], on_the_edge(question.box, shapes)


def _grounds(records: Sequence[Record], grounds: Sequence[Ground]) -> list[Ground]:
    used = {record.ground.code for record in records if record.ground}
    return [ground for ground in grounds if ground.code in used]


def _hidden(answer: Iterable[Record]) -> set[Record]:
    """All but the first of each thing, of those that are in the answer."""
    things: dict[int, list[Record]] = defaultdict(list)
    for record in answer:
        if record.cluster is not None:
            things[record.cluster].append(record)
    return {one for thing in things.values() for one in thing if one is not min(thing, key=lambda each: each.rank)}


def _order(metres: dict[Record, float] | None, record: Record) -> tuple[int, float, bytes]:
    """By distance, then what concerns areas, then the rest; ties, and all where there is no place, by public id."""
    if metres is None:
        return 0, 0.0, record.public_id.bytes
    part = 0 if record.precision in LOCATED else 1 if record.precision in AREAL else 2
    return part, round(metres.get(record, 0.0), 7), record.public_id.bytes


def _sorted(shown: list[Record], sort: str) -> list[Record]:
    """By a column, backwards after a «-»; what has no value comes last, ties and all else by public id."""
    ordered = sorted(shown, key=lambda record: record.public_id.bytes)
    name = sort.removeprefix("-")
    if name == "id":
        return ordered
    valued = [record for record in ordered if getattr(record, name) is not None]
    valued.sort(key=lambda record: getattr(record, name).timestamp() * (-1 if sort.startswith("-") else 1))
    return valued + [record for record in ordered if getattr(record, name) is None]


def _counts(shown: Iterable[Record], beside: Iterable[Record]) -> dict[str, int]:
    placed = [record.precision for record in shown]
    placeless = [record.precision for record in beside]
    is_in: Callable[[tuple[str, ...]], int] = lambda words: sum(word in words for word in placed)  # noqa: E731
    numbers = (len(placed), is_in(LOCATED), is_in(AREAL), placeless.count("remote"), placeless.count("unknown"))
    return dict(zip(NAMES, numbers, strict=True))


def fits_days(record: Record, when: str, now: datetime) -> bool:
    """Whether a record touches the days that are asked for, in local time."""
    if when == "all":
        return True
    if when == "upcoming":
        return record.status not in OVER and (record.ends is None or record.ends >= now)
    first, last = days(when, now.astimezone(HERE).date())
    begun = last is None or record.starts is None or record.starts < _midnight(last + timedelta(days=1))
    not_over = first is None or record.ends is None or record.ends >= _midnight(first)
    return begun and not_over and (record.starts is not None or record.ends is not None)


def days(when: str, today: date) -> tuple[date | None, date | None]:
    if when == "today":
        return today, today
    if when == "weekend":
        saturday = today + timedelta(days=SATURDAY - today.weekday())
        return max(saturday, today), saturday + timedelta(days=1)
    first, _, last = when.partition("/")
    return _day(first), _day(last or first if "/" not in when else last)


def _day(text: str) -> date | None:
    return None if text in ("", "..") else date.fromisoformat(text)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)
