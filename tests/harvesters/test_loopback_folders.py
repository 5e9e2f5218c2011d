"""Folders that hold no portal of ours are listed, and say so in words."""

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from harvesters.loopback import portals


def asked(url: str) -> tuple[int, str]:
    try:
        with urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_portals_address_lists_its_files(tmp_path: Path) -> None:
    (tmp_path / "ville" / "sous dossier").mkdir(parents=True)
    (tmp_path / "ville" / "sous dossier" / "a.csv").write_text("id")
    with portals(tmp_path) as base_url:
        listed = asked(f"{base_url}/ville")
        assert listed == (200, f"{base_url}/ville/sous%20dossier/a.csv\n")
        assert asked(listed[1].strip()) == (200, "id")


def test_files_of_another_form_are_no_datasets(tmp_path: Path) -> None:
    (tmp_path / "ville" / "opendatasoft").mkdir(parents=True)
    (tmp_path / "ville" / "opendatasoft" / "recorded.json").write_text('{"total_count": 1, "results": []}')
    (tmp_path / "ville" / "opendatasoft" / "broken.json").write_text("{")
    with portals(tmp_path) as base_url:
        for path in ("", "/recorded", "/broken/records"):
            status, text = asked(f"{base_url}/ville/api/explore/v2.1/catalog/datasets{path}")
            assert (status, "form that this portal serves" in text) == (404, True)
