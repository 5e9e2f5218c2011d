"""A dry run: what would change, and nothing changed."""

from pathlib import Path

import pytest

from harvesters.discovery import dry_run
from harvesters.http import Client
from portal.models import Activity, Run, Source
from tests.factories import build_source, make_activity, make_source

pytestmark = pytest.mark.django_db
BODY = "id,title,x\n1,One,a\n2,,a\n3,Three,a\n3,Again,a\n4,Four,b\n"
FILTER = {"drop": [{"column": "x", "in": ["b"]}]}


def test_counts_and_nothing_is_stored(site: tuple[Path, str, Client]) -> None:
    folder, address, client = site
    (folder / "a.csv").write_text(BODY)
    trial = dry_run(build_source(address=f"{address}/a.csv", filter=FILTER), client)
    assert (trial.read, trial.created, trial.updated, trial.filtered, trial.complete) == (5, 2, 0, 1, True)
    assert dict(trial.rejected) == {"no-title": 1, "duplicate-id": 1}
    assert [activity.title for activity in trial.sample] == ["One", "Three"]
    assert (Source.objects.count(), Activity.objects.count(), Run.objects.count()) == (0, 0, 0)


def test_the_differences_to_what_is_published(site: tuple[Path, str, Client]) -> None:
    folder, address, client = site
    (folder / "a.csv").write_text(BODY)
    source = make_source(address=f"{address}/a.csv")
    make_activity(source=source, source_record_id="1", title="Old")
    make_activity(source=source, source_record_id="9", title="Gone")
    trial = dry_run(source, client)
    assert (trial.created, trial.updated, trial.unchanged, trial.removed) == (2, 1, 0, 1)
    assert trial.differing == ["1"]
    assert sorted(Activity.objects.values_list("title", flat=True)) == ["Gone", "Old"]


def test_half_an_answer_removes_nothing(site: tuple[Path, str, Client]) -> None:
    folder, address, client = site
    (folder / "a.json").write_text('[{"id": 1, "title": "One"}, {"id": 2, "ti')
    source = make_source(address=f"{address}/a.json")
    make_activity(source=source, source_record_id="9")
    trial = dry_run(source, client)
    assert (trial.created, trial.removed, trial.complete) == (1, 0, False)
    assert "breaks off" in trial.why_not
