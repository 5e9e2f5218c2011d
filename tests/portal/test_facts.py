from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Area
from portal.models import Activity, Source
from portal.pages import facts

SATURDAY = datetime(2026, 11, 28, 8, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 15, 12, tzinfo=UTC)


def activity(starts: datetime | None = None, ends: datetime | None = None) -> Activity:
    return Activity(starts=starts, ends=ends, source=Source(timezone="Europe/Brussels"))


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "10 m"), (346, "350 m"), (994, "990 m"), (996, "1 km"), (1234, "1,2 km"), (9940, "9,9 km"), (12_400, "12 km")],
)
def test_distances_have_the_figures_that_a_walk_needs(metres: float, words: str) -> None:
    assert plain(facts.distance(metres)) == words


@given(st.floats(min_value=0, max_value=2e7))
def test_a_longer_way_never_reads_shorter(metres: float) -> None:
    def read(text: str) -> float:
        value, unit = plain(text).replace(",", ".").rsplit(" ", 1)
        return float(value.replace(" ", "")) * {"m": 1, "km": 1000}[unit]

    assert read(facts.distance(metres)) <= read(facts.distance(metres * 1.2 + 20))


@pytest.mark.parametrize(("language", "words"), [("fr", "45 000 €"), ("nl", "€ 45.000"), ("en", "€45,000")])
def test_money_is_written_as_the_language_does(language: str, words: str) -> None:
    with override(language):
        assert plain(facts.money(Decimal(45000), "EUR")) == words


def test_cents_are_shown_where_there_are_some() -> None:
    assert plain(facts.money(Decimal("12.50"), "EUR")) == "12,50 €"


@time_machine.travel(NOVEMBER)
@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (
            datetime(2026, 11, 28, 8, tzinfo=UTC),
            datetime(2026, 11, 28, 11, 30, tzinfo=UTC),
            "sam. 28 nov., 9 h–12 h 30",
        ),
        (datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 27, 23, tzinfo=UTC), "sam. 28 nov."),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC), "du mar. 1 déc. au 1 févr. 2027"),
        (datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC), "jusqu’au jeu. 31 déc."),
        (datetime(2027, 1, 12, tzinfo=UTC), None, "à partir du 12 janv. 2027"),
        (datetime(2026, 1, 12, tzinfo=UTC), None, "depuis le lun. 12 janv."),
        (None, None, ""),
    ],
)
def test_days_are_said_in_few_words(starts: datetime | None, ends: datetime | None, words: str) -> None:
    assert plain(facts.when(activity(starts, ends))) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"address": "Rue Haute 1", "postal_code": "7000", "area": Area(name="Mons")}, "Rue Haute 1, 7000 Mons"),
        ({"address": "Rue Haute 1, 7000 Mons", "postal_code": "7000"}, "Rue Haute 1, 7000 Mons"),
        ({"postal_code": "7000"}, "7000"),
        ({}, ""),
    ],
)
def test_an_address_is_not_repeated(fields: dict[str, object], words: str) -> None:
    assert facts.where(Activity(**fields)) == words


def test_opening_hours_have_the_days_of_the_language() -> None:
    with override("nl"):
        assert facts.opening_hours("Mo-Fr 09:00-12:00; Sa 10:00-12:00") == "ma–vr 09:00–12:00 ; za 10:00–12:00"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", "//autre.example/"])
def test_only_web_addresses_are_links(url: str) -> None:
    assert facts.safe_url(url) == ""
