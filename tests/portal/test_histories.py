"""Whatever happens to the records, and in whatever order: what the API says is what they say."""

from collections.abc import Iterator
from random import Random
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from portal import read
from portal.models import Activity, Tombstone
from tests.oracle.answer import Oracle
from tests.oracle.compare import Part, counts_differ, problems
from tests.oracle.dice import Asker
from tests.oracle.lexicon import Lexicon
from tests.oracle.question import COLLECTIONS, Question
from tests.oracle.stored import stored
from tests.oracle.vocabulary import EVERY_WORD
from tests.portal.histories import START, History

pytestmark = pytest.mark.django_db
FEW, MANY = range(5), range(5, 40)
PART = Part(limit=1_000)
GONE_OR_THERE = 6
"""Records whose own address is asked for after each step."""


def told(seed: int, client: Client) -> None:
    """A history of that seed; after each of its steps, all is held to the tables of the records."""
    dice, lexicon = Random(seed), Lexicon(EVERY_WORD)
    with time_machine.travel(START, tick=False) as clock:
        history = History(dice, clock)
        for _ in range(dice.randint(10, 25)):
            history.step()
            read.refresh()
            said = list(compared(client, history, lexicon))
            assert not said, "\n".join([*history.told, *said[:5]])
            assert read.check() == [], "\n".join(history.told)


def compared(client: Client, history: History, lexicon: Lexicon) -> Iterator[str]:
    """What the API says otherwise: of each kind, once and with duplicates, with and without filters."""
    records = stored()
    oracle = Oracle(records, lexicon, history.now)
    for question in questions(history.dice, Asker(history.dice, records)):
        answer = oracle.answer(question)
        if not answer.on_the_edge:
            yield from problems(client, oracle, question, answer, PART, question.string())
            if question.collection == "all":
                yield from counts_differ(client, question, answer, question.string())
    for public_id in history.dice.sample(sorted(history.known), min(GONE_OR_THERE, len(history.known))):
        status = client.get(f"/api/collections/all/items/{public_id}").status_code
        if status != expected_status(public_id):
            yield f"{public_id} is {status}, not {expected_status(public_id)}"


def questions(dice: Random, asker: Asker) -> Iterator[Question]:
    for collection in COLLECTIONS:
        yield Question(collection, duplicates=dice.choice(["", "all"]))
    if asker.sources:
        yield from (asker.question() for _ in range(3))


def expected_status(public_id: UUID) -> int:
    activity = Activity.objects.filter(public_id=public_id).first()
    if activity is None:
        return 410 if Tombstone.objects.filter(public_id=public_id).exists() else 404
    return 410 if activity.withdrawn else 200


@pytest.mark.parametrize("seed", FEW)
def test_the_api_says_what_the_records_say(seed: int, client: Client) -> None:
    told(seed, client)


@pytest.mark.long
@pytest.mark.parametrize("seed", MANY)
def test_the_api_says_what_the_records_say_in_many_histories(seed: int, client: Client) -> None:
    told(seed, client)
