import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.names import fold, without_article


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Saint-Étienne", "st etienne"),
        ("ST ETIENNE", "st etienne"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ les Roses", "l hay les roses"),
        ("Sainte-Menehould", "ste menehould"),
        ("Sint-Niklaas", "st niklaas"),
        ("Łódź", "lodz"),
        ("Œuilly", "oeuilly"),
        ("Straße_9", "strasse 9"),
        ("  Mons\t", "mons"),
        ("…", ""),
    ],
)
def test_accents_case_and_hyphens_do_not_count(typed: str, key: str) -> None:
    assert fold(typed) == key


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("key", "bare"), [("le mans", "mans"), ("l isle adam", "isle adam"), ("lens", "lens"), ("den haag", "haag")]
)
def test_article(key: str, bare: str) -> None:
    assert without_article(key) == bare
