import logging
from collections.abc import Iterator
from random import Random

import pytest

from tests.factories import make_area
from tests.oracle.lexicon import Lexicon
from tests.oracle.record import Record
from tests.oracle.store import store
from tests.oracle.vocabulary import EVERY_WORD
from tests.oracle.world import World

SEED = 9_457
RECORDS = 24


@pytest.fixture
def records(db: None) -> list[Record]:
    """A few records of every sort, in the database."""
    world = World(Random(SEED), Lexicon(EVERY_WORD))
    records = world.make(RECORDS)
    store(records, world.origins, world.grounds)
    make_area(name="Mons", population=95_000)
    return records


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Each refusal is a line in the log: thousands of them would hide what failed."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
