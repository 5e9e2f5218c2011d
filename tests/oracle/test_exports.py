"""One question, every output: all formats of an answer have the records that the oracle finds, and say the same."""

from itertools import islice
from random import Random

import pytest
from django.test import Client

from portal.exports import FORMATS
from tests.oracle.answer import Answer
from tests.oracle.conftest import Scene
from tests.oracle.question import Question
from tests.oracle.readers import READERS, Reader, Row
from tests.oracle.test_answers import questions

pytestmark = pytest.mark.django_db
Asked = list[tuple[Question, str, Answer]]
FEW, MANY = 25, 200
MOST = 200
"""Records of an answer whose formats are compared: larger ones would only take longer."""


def asked(scene: Scene, number: int) -> Asked:
    dice = Random(3)
    small = (one for one in questions(scene, seed=3) if len(one[1].records) <= MOST)
    return [(question, question.string(dice), answer) for question, answer in islice(small, number)]


@pytest.fixture(scope="module")
def few(scene: Scene) -> Asked:
    return asked(scene, FEW)


@pytest.fixture(scope="module")
def many(scene: Scene) -> Asked:
    return asked(scene, MANY)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_has_the_same_records(client: Client, few: Asked, name: str) -> None:
    compared(client, few, name)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_has_the_same_records_200_times(client: Client, many: Asked, name: str) -> None:
    compared(client, many, name)


def compared(client: Client, asked: Asked, name: str) -> None:
    """Fetches each answer in that format and holds it to the oracle's."""
    assert name in READERS, f"tests/oracle/readers.py does not know how «{name}» is read"
    for question, string, answer in asked:
        address = f"/api/collections/{question.collection}/items?f={name}&{string}"
        response = client.get(address)
        assert response.status_code == 200, address
        assert not (said := differing(READERS[name], response.getvalue(), answer)), f"{address}: {said}"


def differing(reader: Reader, content: bytes, answer: Answer) -> str:
    """How a file differs from the answer, in words."""
    found = list(reader.read(content))
    expected = {str(one.public_id): _expected(reader, one) for one in answer.records}
    wanted = [expected.get(row.id) for row in found]
    if wanted != found:
        return next(f"{row} instead of {want}" for row, want in zip(found, wanted, strict=True) if row != want)
    ids = [row.id for row in found]
    if len(set(ids)) != len(ids):
        return "a record is there twice"
    if reader.whole and len(ids) != len(expected):
        return f"{len(ids)} records, not {len(expected)}"
    return "the order is another" if reader.ordered and ids != list(expected)[: len(ids)] else ""


def _expected(reader: Reader, record: object) -> Row:
    said = (str(getattr(record, name)) for name in ("public_id", "title", "kind", "status"))
    public_id, title, kind, status = said
    return Row(public_id, title, kind, status) if reader.typed else Row(public_id, title)
