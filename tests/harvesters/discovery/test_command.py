"""`./parages discover`: exit codes, JSON, TOML, and that nothing doubtful is saved."""

import json
import tomllib
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.models import Source

pytestmark = pytest.mark.django_db
QUEBEC = "demo:/quebec/lieux-publics.geojson"
SAID = ["--set", "licence=CC BY 4.0", "--set", "publisher=Ville de Québec", "--set", "kind=initiative",
        "--set", "title"]  # fmt: skip


def discover(*words: str) -> int:
    """Run the command and give its exit status."""
    try:
        call_command("discover", *words)
    except SystemExit as ended:
        return int(str(ended.code))
    return 0


def test_questions_are_told_and_nothing_is_saved(capsys: pytest.CaptureFixture[str]) -> None:
    assert discover(QUEBEC, "--save", "quebec") == 2
    out = capsys.readouterr()
    assert ("? licence: Under which licence is it published?" in out.out, "not saved" in out.err) == (True, True)
    assert not Source.objects.exists()


def test_questions_are_in_the_operators_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_BE.UTF-8")
    discover(QUEBEC)
    discover(QUEBEC, "--lang", "nl")
    out = capsys.readouterr().out
    assert ("? licence: Sous quelle licence" in out, "? licence: Onder welke licentie" in out) == (True, True)


def test_answered_it_is_saved(capsys: pytest.CaptureFixture[str]) -> None:
    assert discover(QUEBEC, *SAID, "--save", "quebec") == 0
    source = Source.objects.get()
    assert (source.slug, source.address, source.mapping["id"], source.tried) == ("quebec", QUEBEC, "ID", False)
    assert "saved quebec" in capsys.readouterr().out


def test_the_same_dataset_is_not_saved_twice() -> None:
    discover(QUEBEC, *SAID, "--save", "quebec")
    with pytest.raises(CommandError, match="«quebec» harvests the same dataset already"):
        discover(QUEBEC, *SAID, "--save", "other")


def test_json_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert discover(QUEBEC, "--json", "--dry-run") == 2
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["ready"], found["source"]["mapping"]["title"], len(found["sample"])) == (False, "NOM_TOPOGRAPHIE", 10)
    assert [question["field"] for question in found["questions"]] == ["kind", "licence", "publisher", "title"]
    assert (found["dry_run"]["created"], found["dry_run"]["complete"]) == (99, True)


def test_toml_for_the_folder_of_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert discover(QUEBEC, *SAID, "--toml") == 0
    assert tomllib.loads(capsys.readouterr().out)["mapping"]["id"] == "ID"


def test_what_cannot_be_reached_is_an_error() -> None:
    with pytest.raises(CommandError) as error:
        discover("demo:/quebec/nothing.csv")
    assert (error.value.returncode, "404" in str(error.value)) == (1, True)
