"""What `./parages publish` leaves in a folder, and what a reader of the folder can count on."""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from portal import bulk, read
from portal.exports import FORMATS
from portal.exports.answer import Answer
from portal.models import Activity
from tests.factories import make_activity, make_source

pytestmark = pytest.mark.django_db
DAY_S = 86_400


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = make_source(slug="mons", licence="CC BY 4.0", licence_url="https://licence.example/")
    for lon in (3.95, 3.96, 5.6):
        make_activity(source=source, title=f"à {lon}", geometry=Point(lon, 50.45, srid=4326))
    read.refresh()
    return tmp_path / "public"


def publish(folder: Path, *words: str) -> dict[str, Any]:
    call_command("publish", str(folder), *words, verbosity=0)
    found: dict[str, Any] = json.loads((folder / "index.json").read_text())
    return found


def change() -> None:
    Activity.objects.filter(title="à 5.6").update(title="ailleurs")
    read.refresh()


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_each_file_is_named_by_what_is_in_it(folder: Path) -> None:
    index = publish(folder)
    assert len(index["files"]) > 3
    for told in index["files"]:
        content = (folder / told["path"]).read_bytes()
        assert told["path"] == f"files/{hashlib.sha256(content).hexdigest()}{FORMATS[told['format']].SUFFIX}"
        assert told["sha256"] in told["path"]
        assert (told["bytes"], told["rows"]) == (len(content), 3)
        assert told["media_type"] == FORMATS[told["format"]].MEDIA_TYPE
    assert paths(folder) == {"index.json", *(told["path"] for told in index["files"])}


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_file_is_what_the_api_answers(folder: Path, client: Client, form: str) -> None:
    (told,) = publish(folder, "--formats", form)["files"]
    assert (folder / told["path"]).read_bytes() == client.get(f"/api/collections/all/items?f={form}").getvalue()


def test_the_index_tells_version_date_and_licences(folder: Path, client: Client) -> None:
    index = publish(folder, "--formats", "ndjson")
    assert str(index["version"]) == client.get("/api/collections/all/items").headers["Data-Version"]
    assert index["changed"].startswith("20")
    (licence,) = index["licences"]
    assert (licence["source"], licence["licence"], licence["records"]) == ("mons", "CC BY 4.0", 3)
    assert licence["licence_url"] == "https://licence.example/"


def test_nothing_is_written_twice(folder: Path) -> None:
    publish(folder, "--tiles", "6")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    assert bulk.publish(folder, ["ndjson", "csv", "parquet", "gpkg", "fgb"], 6).written == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_a_new_version_with_the_same_content_keeps_its_file(folder: Path) -> None:
    old = publish(folder, "--formats", "ndjson")
    read.bump()
    assert bulk.publish(folder, ["ndjson"]).written == []
    new = json.loads((folder / "index.json").read_text())
    assert new["version"] > old["version"]
    assert new["files"] == old["files"]


def test_a_change_gives_a_new_file_beside_the_old_one(folder: Path) -> None:
    (old,) = publish(folder, "--formats", "ndjson")["files"]
    change()
    (new,) = publish(folder, "--formats", "ndjson")["files"]
    assert {old["path"], new["path"]} <= paths(folder)
    assert b"ailleurs" in (folder / new["path"]).read_bytes()


def test_tiles_are_those_of_the_api_and_none_is_empty(folder: Path, client: Client) -> None:
    index = publish(folder, "--formats", "ndjson", "--tiles", "7")
    told, found = index["tiles"], sorted((folder / "tiles" / str(index["version"])).rglob("*.mvt"))
    assert (told["zooms"], told["count"]) == ([0, 7], len(found))
    assert told["bytes"] == sum(path.stat().st_size for path in found) > 0
    for path in found:
        z, x, y = path.with_suffix("").parts[-3:]
        assert path == folder / told["template"].format(z=z, x=x, y=y)
        assert path.read_bytes() == client.get(f"/api/collections/all/tiles/{z}/{x}/{y}.mvt").content
    assert {path.parts[-3] for path in found} == set("01234567")


def test_deeper_tiles_are_added_to_those_that_are_there(folder: Path) -> None:
    publish(folder, "--formats", "ndjson", "--tiles", "3")
    made = bulk.publish(folder, ["ndjson"], 5)
    assert {path.parts[-3] for path in made.written} == {"4", "5"}
    assert made.index["tiles"]["zooms"] == [0, 5]


def test_only_what_has_not_been_named_for_long_is_pruned(folder: Path) -> None:
    (old,) = publish(folder, "--formats", "ndjson", "--tiles", "2")["files"]
    long_ago = time.time() - 30 * DAY_S
    os.utime(folder / old["path"], (long_ago, long_ago))
    change()
    (new,) = publish(folder, "--formats", "ndjson", "--tiles", "2", "--prune", "7")["files"]
    assert {old["path"], new["path"]} <= paths(folder)  # old it is, but it was named until now
    os.utime(folder / old["path"], (long_ago, long_ago))
    os.utime(folder / new["path"], (long_ago, long_ago))
    publish(folder, "--formats", "ndjson", "--tiles", "2", "--prune", "7")
    assert old["path"] not in paths(folder)
    assert new["path"] in paths(folder)
    publish(folder, "--formats", "ndjson", "--tiles", "2", "--prune", "0")
    assert len(list((folder / "tiles").iterdir())) == 1


def test_without_prune_nothing_goes(folder: Path) -> None:
    before = publish(folder, "--formats", "ndjson", "--tiles", "2")
    change()
    publish(folder, "--formats", "csv")
    assert before["files"][0]["path"] in paths(folder)
    assert (folder / "tiles" / str(before["version"])).exists()


def test_who_breaks_off_leaves_the_index_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(folder, "--formats", "ndjson")
    before = paths(folder)
    content = (folder / "index.json").read_bytes()
    change()

    def breaks(answer: object) -> Iterator[bytes]:
        yield b"half of it"
        raise OSError("no space left")

    monkeypatch.setattr(FORMATS["csv"], "write", breaks)
    with pytest.raises(OSError, match="no space"):
        publish(folder, "--formats", "csv")
    assert (folder / "index.json").read_bytes() == content
    assert paths(folder) == before


def test_what_was_left_by_somebody_who_was_killed_is_pruned_after_a_day(folder: Path) -> None:
    publish(folder, "--formats", "ndjson")
    fresh, stale = folder / "files" / ".fresh.part", folder / "files" / ".stale.part"
    for path in (fresh, stale):
        path.write_text("half")
    os.utime(stale, (time.time() - 2 * DAY_S,) * 2)
    publish(folder, "--formats", "ndjson", "--prune", "7")
    assert (fresh.exists(), stale.exists()) == (True, False)


@pytest.mark.parametrize("words", [("--prune", "-1"), ("--formats", "xls"), ("--tiles", "22")])
def test_what_makes_no_sense_writes_nothing(folder: Path, words: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        publish(folder, *words)
    assert not folder.exists()


def _change_elsewhere() -> None:
    try:
        Activity.objects.update(title="après")
        read.refresh()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_version_is_read_at_one_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change between two files is in neither."""
    make_activity(title="avant")
    read.refresh()
    write = FORMATS["csv"].write

    def late(answer: Answer) -> Iterator[bytes]:
        with ThreadPoolExecutor(1) as another:
            another.submit(_change_elsewhere).result()
        return write(answer)

    monkeypatch.setattr(FORMATS["csv"], "write", late)
    index = publish(tmp_path, "--formats", "ndjson", "csv")
    assert [b"avant" in (tmp_path / told["path"]).read_bytes() for told in index["files"]] == [True, True]
    (told,) = publish(tmp_path, "--formats", "ndjson")["files"]
    assert "après".encode() in (tmp_path / told["path"]).read_bytes()
