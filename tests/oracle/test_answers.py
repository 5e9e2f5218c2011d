"""Random questions of the API, answered by an oracle too."""

from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import pytest
from django.test import Client

from portal.read import order
from tests.oracle.answer import Answer
from tests.oracle.compare import Part, counts_differ, problems
from tests.oracle.conftest import SMALL, Scene
from tests.oracle.question import Question

pytestmark = pytest.mark.django_db
LIMITS = (1, 3, 10, 50)
MOST = 3_000
"""Items of an answer that is read to its end."""

TOLD = 10
LINES = ((3.9, 50.3, 3.9, 50.6), (2.2, 48.857, 2.5, 48.857), (178.44, -18.3, 178.44, -17.9))


def questions(scene: Scene, seed: int) -> Iterator[tuple[Question, Answer]]:
    """Without end; those are left out where a record stands on the very edge of the circle or the box."""
    asker = scene.asker(seed)
    while True:
        question = asker.question()
        answer = scene.oracle.answer(question)
        if not answer.on_the_edge:
            yield question, answer


def part(dice: Random, answer: Answer) -> Part:
    """The beginning mostly; some pages one after the other, from a later item on, or all of it."""
    chance = dice.random()
    if (chance > 0.85 or answer.metres) and len(answer.records) < MOST and dice.random() < 0.7:
        return Part(MOST)
    if chance < 0.2:
        return Part(dice.randint(2, 15), pages=dice.randint(2, 5))
    offset = dice.randrange(len(answer.records) + 2) if 0.2 < chance < 0.3 else 0
    return Part(dice.choice(LIMITS), offset)


def compared(client: Client, scene: Scene, number: int, seed: int, counted: float) -> list[str]:
    """What differs in so many questions; `counted` of them are asked of the map's points too."""
    dice, said, answered = Random(seed), [], 0
    for question, answer in islice(questions(scene, seed), number):
        asked = question.string(dice)
        answered += bool(answer.records)
        said += problems(client, scene.oracle, question, answer, part(dice, answer), asked)
        if dice.random() < counted:
            said += counts_differ(client, question, answer, asked)
    assert answered > number / 2, "most questions find nothing"
    return said


def test_120_questions_about_3000_records(client: Client, scene: Scene) -> None:
    said = compared(client, scene, 120, seed=1, counted=0.5)
    assert not said, "\n".join(said[:TOLD])


# Few records are mostly gathered at once; many are walked through, and walks are cut.
WAYS: dict[str, dict[str, float]] = {
    "always gathered": {"FEW": 1e9, "GATHER": 1e9},
    "walked to the end": {"FEW": -1, "GATHER": 1e9, "WALK": 1e9},
    "cut after 40 steps": {"FEW": -1, "GATHER": -1, "WALK": -1, "STEPS": 40},
    "with nothing to spare": {"FEW": -1, "GATHER": -1, "WALK": -1, "SPARE": 10**9},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_looking_gives_the_same(
    client: Client, scene: Scene, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WAYS[way].items():
        monkeypatch.setattr(order, name, value)
    said = compared(client, scene, 40, seed=3, counted=0.0)
    assert not said, "\n".join(said[:TOLD])


PLAIN = [
    *(Question(when=when) for when in ("upcoming", "today", "weekend", "2026-11-01/..", "../2026-11-01")),
    *(Question(sort=sort, duplicates="all") for sort in ("starts", "-ends", "-changed")),
    Question(near=(50.45, 3.95)),
    Question(near=(-16.8, 180.0), when="upcoming", duplicates="all"),
    Question("missions", near=(89.9, 10.0), radius_m=5e6),
    Question("projects", box=(170.0, -30.0, -170.0, 0.0)),
]


@pytest.mark.parametrize("question", PLAIN, ids=Question.string)
def test_a_plain_question_is_answered_to_the_end(client: Client, scene: Scene, question: Question) -> None:
    answer = scene.oracle.answer(question)
    said = problems(client, scene.oracle, question, answer, Part(SMALL), question.string())
    said += counts_differ(client, question, answer, question.string())
    assert answer.records
    assert not said, "\n".join(said[:TOLD])


def test_a_box_without_width_or_height_is_a_line(client: Client, scene: Scene) -> None:
    said = []
    for west, south, east, north in LINES:
        question = Question(box=(west, south, east, north), duplicates="all")
        answer = scene.oracle.answer(question)
        assert answer.records
        said += problems(client, scene.oracle, question, answer, Part(), question.string())
    assert not said, "\n".join(said[:TOLD])


@pytest.mark.long
def test_500_questions_about_50000_records(client: Client, large_scene: Callable[[int], Scene]) -> None:
    said = compared(client, large_scene(50_000), 500, seed=2, counted=0.04)
    assert not said, "\n".join(said[:TOLD])
