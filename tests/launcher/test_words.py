import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def parages(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROOT / "parages", *words], capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_names_the_words(words: tuple[str, ...]) -> None:
    told = parages(*words)
    assert told.returncode == 0
    assert all(f"./parages {word}" in told.stdout for word in ("run", "stop", "test", "gates", "help"))
    assert all(word in told.stdout for word in ("harvest", "source", "areas", "DATABASE_URL", "PARAGES_DEMO"))


def test_a_word_that_is_none_is_answered_with_the_nearest_that_is() -> None:
    told = parages("harvset")
    assert told.returncode == 2
    assert told.stderr == "`harvset` is no command. Did you mean `harvest`? `./parages help` lists them.\n"
    assert told.stdout == ""


def test_words_too_many_are_refused() -> None:
    told = parages("gates", "now")
    assert told.returncode == 1
    assert "«now» is too much" in told.stderr


def test_it_can_be_called_from_any_folder(tmp_path: Path) -> None:
    """Even from one that holds packages named like ours."""
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    assert parages("help", cwd=tmp_path).returncode == 0
