"""Records that lose, share, change or misspell what makes them the same for ever."""

from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, Mode, Record, each, failed, one, partial

NOBODY = [*partial("nothing-taken"), *failed("nothing-taken", "no-records", "columns-gone")]
TWICE = [*COMPLETE, *partial("repeated-records", "count-differs")]
FEWER = [*COMPLETE, *partial("incomplete")]  # of several files, one is empty then
OBJECTS = ("json", "geojson", "export", "records", "ogcapi")


def without(name: str) -> Any:
    return each(lambda record: {key: value for key, value in record.items() if key != name})


def renamed(old: str, new: str) -> Any:
    return each(lambda record: {new if key == old else key: value for key, value in record.items()})


def twice(records: list[Record]) -> list[Record]:
    return [*records, records[2]]


def other_twin(records: list[Record]) -> list[Record]:
    return [*records, records[2] | {"titre": "Un autre tout à fait"}]


def only_one(records: list[Record]) -> list[Record]:
    return records[:1]


def half(records: list[Record]) -> list[Record]:
    return records[: len(records) // 2]


def shuffled(records: list[Record]) -> list[Record]:
    return records[::-1]


MODES = [
    Mode("no ids any more", NOBODY, records=without("id")),
    Mode("ids under another name", NOBODY, records=renamed("id", "identifiant")),
    Mode("blank ids", NOBODY, records=each(lambda record: record | {"id": "  "})),
    Mode("one record without id", COMPLETE, records=one(id=None)),
    Mode("a list for an id", COMPLETE, OBJECTS, records=one(id=["r-3"])),
    Mode("an object for an id", COMPLETE, OBJECTS, records=one(id={"a": 1})),
    Mode("true for an id", COMPLETE, OBJECTS, records=one(id=True)),
    Mode("an id of 400 letters", COMPLETE, records=one(id="x" * 400)),
    Mode("an id with a line break", COMPLETE, records=one(id="r-3\nr-4")),
    Mode("an id with a NUL", COMPLETE, OBJECTS, records=one(id="r-3\x00")),
    Mode("ids with blanks around", COMPLETE, records=each(lambda record: record | {"id": f" {record['id']} "})),
    Mode("one record twice", TWICE, records=twice),
    Mode("two records of one id", TWICE, records=other_twin),
    Mode("one record left of all", FEWER, records=only_one),
    Mode("half of the records left", FEWER, records=half),
    Mode("no record at all", failed("no-records", "no-dataset", "empty", "not-csv", "not-json"), records=lambda _: []),
    Mode("the other way round", COMPLETE, records=shuffled),
]
