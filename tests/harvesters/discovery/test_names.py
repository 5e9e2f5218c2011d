"""What names of columns say, in the languages of the portals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.discovery.names import FIELD_WORDS, language_of, says, spoken


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("codePostal", "code postal"),
        ("CODE-POSTAL", "code postal"),
        ("Numéro_d'identification", "numero d identification"),
        ("HTMLTitle", "html title"),
        ("Nazwa projektu", "nazwa projektu"),
    ],
)
def test_technical_names_are_words(name: str, words: str) -> None:
    assert spoken(name) == words


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("title", ["Titre du projet", "titel", "project_title", "title/ca", "Título", "nazwa", "naam", "NOM"]),
        ("id", ["id", "@id", "identifiant", "projectId", "Numer", "nummer", "identificador"]),
        ("budget", ["Budget global", "Bedrag", "cost", "pressupost", "presupuesto", "koszt"]),
        ("status", ["Avancement du projet", "status", "Estado", "estat", "stan"]),
        ("themes", ["Thématique", "thema", "category", "categoria", "kategoria"]),
        ("commune", ["commune", "Gemeente", "city", "municipi", "miasto"]),
        ("starts", ["Date de début", "startdatum", "startAt", "fecha inicio", "data inici", "data rozpoczęcia"]),
    ],
)
def test_a_field_is_known_in_five_languages(field: str, names: list[str]) -> None:
    assert [name for name in names if says(field, name) < 0.6] == []


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("title", "nom_commune"),
        ("title", "category/name/ca"),
        ("title", "type_naam"),
        ("id", "code_postal"),
        ("starts", "date_maj"),
        ("budget", "budget/id"),
        ("organisation", "organizationUrl"),
    ],
)
def test_the_name_of_something_else_is_not_believed(field: str, name: str) -> None:
    assert says(field, name) < 0.4


def test_the_language_at_the_end_of_a_name() -> None:
    assert [language_of(name) for name in ("title/ca", "nom_fr", "title", "en")] == ["ca", "fr", "", ""]


@given(st.text(max_size=60))
def test_any_name_can_be_asked(name: str) -> None:
    assert all(0 <= says(field, name) <= 1 for field in FIELD_WORDS)
