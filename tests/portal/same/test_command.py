"""`./parages same`: the words of an operator."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from portal.models import Activity, Membership
from tests.portal.same.test_update import told_twice

pytestmark = pytest.mark.django_db


def say(*words: object) -> str:
    out = StringIO()
    call_command("same", *map(str, words), stdout=out)
    return out.getvalue()


def pair() -> tuple[str, str]:
    first, second = told_twice()
    return str(first.public_id), str(second.public_id)


def test_update_list_and_why() -> None:
    first, second = pair()
    assert say("update") == "2 records compared; 1 things have several records\n"
    assert say("update") == "0 records compared; 1 things have several records\n"
    assert say("list").index(first) < say("list").index(second)
    assert say("why", first, second).splitlines()[-1] == "taken for one thing"


def test_split_join_and_forget() -> None:
    first, second = pair()
    say("update", "--all")
    say("split", first, second)
    assert Membership.objects.count() == 0
    assert "not the same" in say("why", first, second)
    say("join", second, first)
    assert Membership.objects.count() == 2
    assert say("forget", first, second) == "the comparison decides again\n"
    assert say("forget", first, second) == "nobody decided anything of these two\n"


@pytest.mark.parametrize("words", [("update", "nowhere"), ("split", uuid4(), uuid4())])
def test_what_is_not_there_is_said(words: tuple[object, ...]) -> None:
    with pytest.raises(CommandError, match="there is no"):
        say(*words)


def test_one_record_is_no_pair() -> None:
    first, _second = pair()
    with pytest.raises(CommandError, match="name two"):
        say("join", first, first)
    assert Activity.objects.count() == 2
