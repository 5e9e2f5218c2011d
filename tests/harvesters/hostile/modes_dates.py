"""Days that never were, and clocks that nobody has: each costs itself, never its record."""

from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, Mode, one

OBJECTS = ("json", "geojson", "export", "records", "ogcapi")


def when(name: str, value: Any, kinds: Any = None) -> Mode:
    return Mode(f"a day {name}", COMPLETE, records=one(debut=value, fin=""), **({"kinds": kinds} if kinds else {}))


MODES = [
    when("in the year 0", "0000-01-01"),
    when("in the year 99999", "99999-01-01"),
    when("that February has not", "2026-02-31"),
    when("of the thirteenth month", "2026-13-01"),
    when("at 24 o'clock", "2026-05-01T24:00:00"),
    when("at 25 o'clock", "2026-05-01T25:00:00"),
    when("at a leap second", "2026-06-30T23:59:60Z"),
    when("that the clocks skip", "2026-03-29T02:30:00"),
    when("that the clocks repeat", "2026-10-25T02:30:00"),
    when("in no zone", "2026-05-01T10:00:00+99:00"),
    when("in words", "hier soir"),
    when("in digits of another script", "٢٠٢٦-٠٥-٠١"),
    when("before all time", "-4713-01-01"),
    when("of milliseconds beyond all time", 9 * 10**18),
    when("of seconds below nothing", -(10**15)),
    when("with a NUL", "2026-05-01\x00", OBJECTS),
    when("that is a list", ["2026-05-01"], OBJECTS),
    when("that is true", True, OBJECTS),
    when("of a thousand letters", "2026-05-01 " * 1_000),
    Mode("an end before the start", COMPLETE, records=one(debut="2026-05-01", fin="2025-05-01")),
    Mode("an end at the end of time", COMPLETE, records=one(fin="9999-12-31T23:59:59-12:00")),
    Mode("a start at the beginning of time", COMPLETE, records=one(debut="0001-01-01T00:00:00+14:00")),
]
