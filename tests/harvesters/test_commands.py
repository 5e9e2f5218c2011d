"""`./parages source` and `./parages harvest`, as a script calls them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from harvesters.definition import bundled, load
from harvesters.loopback import portals
from portal.models import Activity, Run, Source
from tests.factories import make_activity, make_source

pytestmark = pytest.mark.django_db
ROWS = [{"n": 1, "t": "Un"}, {"n": 2, "t": "Deux"}, {"n": 3}]


@pytest.fixture
def address(tmp_path: Path, settings: Settings) -> Iterator[str]:
    (tmp_path / "ville").mkdir()
    (tmp_path / "ville" / "data.json").write_text(json.dumps(ROWS))
    with portals(tmp_path) as base_url:
        settings.ALLOW_HARVEST_HOSTS = [urlsplit(base_url).netloc]
        yield f"{base_url}/ville/data.json"


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    file = tmp_path / "mapping.toml"
    file.write_text('id = "n"\ntitle = "t"\n')
    return file


def add(slug: str, address: str, mapping: Path, *more: str) -> None:
    call_command("source", "add", slug, "--protocol", "file", "--url", address, "--mapping", str(mapping),
                 "--licence", "CC0", "--publisher", "Ville", *more)  # fmt: skip


def harvest_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("harvest", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_add_harvest_and_read_the_report(address: str, mapping: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add("ville", address, mapping, "--kind", "mission", "--title", "Missions de la ville")
    capsys.readouterr()
    report = harvest_json(capsys, "ville")
    assert (report["source"], report["status"], report["read"], report["created"]) == ("ville", "complete", 3, 2)
    assert report["rejections"] == [
        {"position": 3, "record": "3", "code": "no-title", "reason": "the record has no title: «t» is blank or no text"}
    ]
    assert set(Activity.objects.values_list("kind", "licence")) == {("mission", "CC0")}


def test_reset_reads_everything_again_and_loses_nothing(
    address: str, mapping: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("ville", address, mapping)
    call_command("harvest", "ville")
    ids = set(Activity.objects.values_list("public_id", flat=True))
    call_command("source", "reset", "ville")
    capsys.readouterr()
    assert harvest_json(capsys, "ville")["unchanged"] == 2
    assert set(Activity.objects.values_list("public_id", flat=True)) == ids


def test_exit_status_is_not_zero_when_a_run_is_not_complete(capsys: pytest.CaptureFixture[str]) -> None:
    make_source(slug="morte", address="http://127.0.0.1:9/x.json")
    with pytest.raises(SystemExit) as ended:
        harvest_json(capsys, "morte")
    assert ended.value.code == 1
    report = json.loads(capsys.readouterr().out)
    assert report["status"] == "failed"
    assert "PARAGES_ALLOW_HOSTS" in report["error"]


def test_a_source_is_written_back_as_it_was_added(
    address: str, mapping: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("ville", address, mapping)
    capsys.readouterr()
    call_command("source", "export", "ville")
    file = tmp_path / "ville.toml"
    file.write_text(capsys.readouterr().out)
    stored = Source.objects.get()
    again = load(file)
    assert (again.uid, again.mapping, again.licence) == (stored.uid, stored.mapping, stored.licence)


def test_seeding_twice_adds_nothing_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("source", "seed")
    Source.objects.update(title="changed by hand")
    capsys.readouterr()
    call_command("source", "seed")
    assert capsys.readouterr().out == "nothing new\n"
    assert set(Source.objects.values_list("title", flat=True)) == {"changed by hand"}


def test_a_bundled_source_that_is_harvested_already_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    uid = next(source.uid for source in bundled() if not source.demo)
    make_source(slug="mine", uid=uid)
    call_command("source", "seed")
    assert "«mine» harvests the same dataset" in capsys.readouterr().out
    assert Source.objects.filter(uid=uid).count() == 1


def test_the_demo_is_seeded_and_harvested_only_when_asked_for(settings: Settings) -> None:
    settings.DEMO = False
    call_command("source", "seed")
    assert not Source.objects.filter(demo=True).exists()
    make_source(slug="demo", demo=True)
    with pytest.raises(CommandError, match="no source is enabled"):
        call_command("harvest")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["harvest", "nobody"], "no source «nobody»"),
        (["source", "export", "nobody"], "no source «nobody»"),
        (["source", "reset", "nobody"], "no source «nobody»"),
    ],
)
def test_an_unknown_source_is_named(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command(*arguments)


def test_a_second_source_of_one_dataset_is_refused(address: str, mapping: Path) -> None:
    add("ville", address, mapping)
    with pytest.raises(CommandError, match="uid"):
        add("autre", address, mapping)
    with pytest.raises(CommandError, match="already"):
        add("ville", address, mapping)


def test_a_mapping_file_that_is_wrong_adds_nothing(address: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('id = "n"\n')
    with pytest.raises(CommandError, match="title"):
        add("ville", address, file)
    assert not Source.objects.exists()
    assert not Run.objects.exists()


def test_the_demo_is_taken_away_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    demo = make_activity(source=make_source(demo=True, slug="demonstration"))
    ours = make_activity()
    call_command("source", "remove-demo")
    assert "removed 1 records of the demo's sources: demonstration" in capsys.readouterr().out
    assert set(Activity.objects.values_list("pk", flat=True)) == {ours.pk} != {demo.pk}
    assert list(Source.objects.all()) == [ours.source]
