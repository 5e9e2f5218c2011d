import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.clean import text


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("  Repas\n du   samedi ", "Repas du samedi"),
        ("<b>Repas</b> &amp; caf&eacute;", "Repas & café"),
        ("<script>alert(1)</script>Repas", "Repas"),
        ("&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>"),
        ("à \u202eelbisivni\u202c", "à elbisivni"),
        ("AT&T, 3 < 5", "AT&T, 3 < 5"),
        (None, ""),
        (12, "12"),
    ],
)
def test_line_is_plain_text_on_one_line(given_value: object, expected: str) -> None:
    assert text.line(given_value) == expected


def test_line_is_cut_at_a_word() -> None:
    assert text.line("un deux trois quatre", 12) == "un deux…"


def test_paragraphs_keep_their_breaks_and_lists() -> None:
    html = "<p>Bonjour<br>à tous</p><ul><li>Lire</li><li>Écrire</li></ul>"
    assert text.paragraphs(html) == "Bonjour\nà tous\n\n– Lire\n\n– Écrire"


def test_contacts_in_free_text_are_masked() -> None:
    written = "Écrire à jean.dupont@example.org ou 06 12 34 56 78, +32 475 12 34 56 ; budget 12 345 678 €, 75011"
    masked = "Écrire à [courriel] ou [téléphone], [téléphone] ; budget 12 345 678 €, 75011"
    assert text.paragraphs(written) == masked


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("https://www.mons.be/a?b=1#c", "https://www.mons.be/a?b=1#c"),
        ("www.mons.be", "https://www.mons.be"),
        (" http://mons.be/ agenda ", "http://mons.be/agenda"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//mons.be", ""),
        ("https://user:secret@mons.be", ""),
        ("https://mons.be:99999/", ""),
        ("https://localhost/", ""),
        ('https://mons.be"onload="x', ""),
        ("contact@example.org", ""),
        (None, ""),
    ],
)
def test_only_safe_web_addresses_become_links(given_value: object, expected: str) -> None:
    assert text.url(given_value) == expected


@pytest.mark.parametrize(
    "number",
    ["06 12 34 56 78", "+32 475 12 34 56", "514-555-1234", "+1 514 555 1234", "+48 22 123 45 67", "0031 20 123 4567"],
)
def test_telephone_numbers_of_our_countries_are_masked(number: str) -> None:
    assert text.paragraphs(f"Appeler le {number} le soir") == "Appeler le [téléphone] le soir"


@pytest.mark.parametrize("harmless", ["75011 Paris", "2014-2020", "12 345 678 €", "de 9 h à 12 h 30", "10 000 000 PLN"])
def test_other_numbers_stay(harmless: str) -> None:
    assert text.paragraphs(harmless) == harmless


def test_masking_never_makes_a_line_too_long() -> None:
    assert len(text.public_line("a@b.co " * 100)) <= text.TITLE_MAX


@pytest.mark.parametrize(
    "hostile", ["a" * 1_000_000, "<li " * 250_000, "a@" * 500_000, "0 1" * 300_000, "<div>" * 200_000]
)
def test_hostile_texts_are_cleaned_all_the_same(hostile: str) -> None:
    assert len(text.paragraphs(hostile)) <= text.DESCRIPTION_MAX


def test_words_are_short_texts_without_repeats_or_contacts() -> None:
    assert text.words(["a", " a ", "b", None]) == ["a", "b"]
    assert text.words(["appeler le 06 12 34 56 78"]) == ["appeler le [téléphone]"]


@given(st.text())
def test_lines_hold_no_controls_and_are_stable(value: str) -> None:
    cleaned = text.line(value)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned)
    assert cleaned == " ".join(cleaned.split())
    assert len(cleaned) <= text.TITLE_MAX


@given(st.text(), st.integers(5, 50))
def test_nothing_is_longer_than_its_limit(value: str, limit: int) -> None:
    assert len(text.paragraphs(value, limit)) <= limit
    assert len(text.line(value, limit)) <= limit


@given(st.text())
def test_a_link_is_http_or_nothing(value: str) -> None:
    assert text.url(value) == "" or text.url(value).lower().startswith(("http://", "https://"))
