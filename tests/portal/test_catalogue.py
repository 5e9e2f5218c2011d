import re

import pytest
from babel.messages.catalog import Message

from portal.catalogue import LANGUAGES, found_words, read_catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}")


def strings(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_site_is_translated(language: str) -> None:
    catalogue = read_catalogue(language)
    wanted = {message.id for message in found_words() if message.id}
    done = {message.id for message in catalogue if message.id and all(strings(message)) and not message.fuzzy}
    assert wanted - done == set()
    assert done - wanted == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders(language: str) -> None:
    for message in read_catalogue(language):
        if message.id:
            asked = sorted(PLACEHOLDER.findall(first(message)))
            assert sorted(PLACEHOLDER.findall(strings(message)[-1])) == asked
