from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.clean import values
from harvesters.clean.values import Unreadable

PARIS = ZoneInfo("Europe/Paris")
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("100000", "100000"),
        ("12 345,67 €", "12345.67"),
        ("1\u202f234", "1234"),
        ("1.234.567,8", "1234567.80"),
        ("1,234,567.89", "1234567.89"),
        ("1.234", "1234"),
        ("3000.0", "3000"),
        (16000, "16000"),
        ("45 000 PLN", "45000"),
        (1234.567, "1234.57"),
        (0.125, "0.12"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: object, expected: str) -> None:
    assert values.amount(written) == Decimal(expected)


@pytest.mark.parametrize("written", ["beaucoup", "-5", "1e20", "99999999999999", "١٢", "NaN", "Infinity", "1_000"])
def test_amounts_that_are_none_are_refused_in_words(written: str) -> None:
    if written == "NaN":
        assert values.amount(written) is None
        return
    with pytest.raises(Unreadable, match=r"amount|number"):
        values.amount(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("-00000001,1500341", "-1.1500341"), (" 00000046,1645193", "46.1645193"), (4.35, "4.35"), ("50.8466", "50.8466")],
)
def test_coordinates_with_a_comma_are_numbers(written: object, expected: str) -> None:
    assert values.decimal(written) == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-03-29T12:00:00.000Z", datetime(2026, 3, 29, 12, tzinfo=UTC)),
        ("2026-11-28", datetime(2026, 11, 27, 23, tzinfo=UTC)),
        ("28/11/2026", datetime(2026, 11, 27, 23, tzinfo=UTC)),
        ("28/07/2026 14h30", datetime(2026, 7, 28, 12, 30, tzinfo=UTC)),
        ("2026-07-28 14:30:00 UTC", datetime(2026, 7, 28, 14, 30, tzinfo=UTC)),
        ("2026-07", datetime(2026, 6, 30, 22, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (1764288000000, datetime(2025, 11, 28, tzinfo=UTC)),
        ("", None),
        ("null", None),
    ],
)
def test_moments_are_read_in_the_sources_zone(written: object, expected: datetime | None) -> None:
    assert values.moment(written, PARIS) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2026-11-28", "2026-11-28 23:59:59"), ("2024-02", "2024-02-29 23:59:59"), ("2026", "2026-12-31 23:59:59")],
)
def test_an_end_without_a_time_is_the_last_second(written: str, expected: str) -> None:
    moment = values.moment(written, PARIS, end_of_day=True)
    assert moment is not None
    assert f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M:%S}" == expected


@pytest.mark.parametrize("written", ["demain", "31/02/2026", "2026-13", "0001-01-01", "9999-12-31", "12:30"])
def test_dates_that_are_none_are_refused_in_words(written: str) -> None:
    with pytest.raises(Unreadable, match="date"):
        values.moment(written, PARIS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2019-04", "2019-04"),
        ("2019", "2019"),
        ("2019-4-2", "2019-04-02"),
        ("2019-13", ""),
        (None, ""),
        ("28/11/2026", "2026-11-28"),
        ("1700000000000", ""),
        ("2019-04-02T10:00", "2019-04-02"),
    ],
)
def test_partial_dates_stay_partial(written: object, expected: str) -> None:
    assert values.partial_date(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("Oui", True), ("nee", False), ("TAK", True), (False, False), ("", None)]
)
def test_yes_and_no_in_our_languages(written: object, expected: bool | None) -> None:
    assert values.boolean(written) is expected


@given(ANYTHING)
def test_every_reader_gives_a_value_or_says_why_not(value: object) -> None:
    for read in (values.amount, values.decimal, values.integer, values.boolean):
        try:
            read(value)
        except Unreadable as error:
            assert str(error)
    try:
        moment = values.moment(value, PARIS)
        assert moment is None or moment.tzinfo is not None
    except Unreadable as error:
        assert str(error)


@given(st.integers(0, 4_000_000_000))
def test_iso_moments_survive_the_round_trip(seconds: int) -> None:
    when = datetime.fromtimestamp(seconds, UTC)
    assert values.moment(when.isoformat(), PARIS) == when
