from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

import pytest
import time_machine
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.oracle.answer import Oracle
from tests.oracle.dice import Asker
from tests.oracle.lexicon import Lexicon
from tests.oracle.record import Record
from tests.oracle.store import store
from tests.oracle.vocabulary import EVERY_WORD
from tests.oracle.world import NOW, World

SEED = 20_261_126
SMALL = 3_000


@dataclass(frozen=True)
class Scene:
    """Stored records, the oracle that knows them, and who makes up questions about them."""

    records: list[Record]
    oracle: Oracle

    def asker(self, seed: int) -> Asker:
        return Asker(Random(seed), self.records)


def stage(count: int) -> Scene:
    lexicon = Lexicon(EVERY_WORD)
    world = World(Random(SEED), lexicon)
    records = world.make(count)
    store(records, world.origins, world.grounds)
    return Scene(records, Oracle(records, lexicon, NOW))


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The small world, stored once for all tests of a file and taken away after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield stage(SMALL)
        transaction.set_rollback(True)


@pytest.fixture
def large_scene(db: None) -> Callable[[int], Scene]:
    return stage


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The Thursday that the questions are asked on."""
    with time_machine.travel(NOW, tick=False):
        yield
