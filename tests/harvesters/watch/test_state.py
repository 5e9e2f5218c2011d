from typing import Any

import pytest
from django.utils import translation

from harvesters.watch import state, words
from harvesters.watch.state import FAILED, FRESH, FROZEN, LATE, NEVER, NEVER_WHOLE, PARTIAL, SLOW, SUSPENDED, State
from harvesters.watch.trend import HEIGHT, trend
from portal.models import Frequency, Run
from tests.factories import build_source
from tests.harvesters.watch.making import DAY, NOON


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({"confirmed": NOON - DAY}, "complete", FRESH),
        ({"confirmed": NOON - 2 * DAY}, "complete", SLOW),
        ({"confirmed": NOON - 3.1 * DAY}, "complete", LATE),
        ({"confirmed": NOON - 3.1 * DAY}, "failed", LATE),
        ({"confirmed": NOON - DAY}, "failed", FAILED),
        ({"confirmed": NOON - DAY}, "partial", PARTIAL),
        ({"confirmed": NOON - 20 * DAY, "frequency": Frequency.WEEKLY}, "complete", SLOW),
        ({"confirmed": NOON - 900 * DAY, "frequency": Frequency.MANUAL}, "complete", FRESH),
        ({"confirmed": NOON - 900 * DAY, "demo": True}, "complete", FROZEN),
        ({"confirmed": NOON, "enabled": False}, "complete", SUSPENDED),
        ({"created": NOON}, "failed", NEVER_WHOLE),
        ({"created": NOON}, None, NEVER),
    ],
)
def test_a_source_is_judged_by_what_it_promises(fields: dict[str, Any], status: str | None, expected: State) -> None:
    last = Run(status=status, started=NOON) if status else None
    assert state.judge(build_source(**fields), last, NOON) == expected


def test_a_promise_is_broken_after_three_periods() -> None:
    source = build_source(confirmed=NOON)
    assert state.late_since(source) == NOON + 3 * DAY
    assert state.late_since(build_source(confirmed=NOON, frequency=Frequency.MANUAL)) is None


def test_the_drawing_has_the_newest_run_at_the_right_and_room_for_thirty() -> None:
    newest = Run(status="complete", unchanged=6, rejected=2)
    failed = Run(status="failed")
    drawn = trend([newest, failed])
    assert [bar.run for bar in drawn.bars] == [failed, newest]
    assert [(bar.x, bar.y + bar.height) for bar in drawn.bars] == [(336, HEIGHT), (348, HEIGHT)]
    assert [bar.height for bar in drawn.bars] == [4, 48]
    assert (drawn.bars[1].refused, drawn.bars[1].refused_y) == (16, 0)


@pytest.mark.parametrize(("language", "expected"), [("fr", "il y a 3 jours"), ("nl", "3 dagen geleden")])
def test_ages_are_told_in_the_readers_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert words.ago(3 * DAY) == expected
