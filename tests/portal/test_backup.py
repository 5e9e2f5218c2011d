from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal import erasure, removal
from portal.models import Activity, Tombstone
from tests.factories import make_activity

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_read_back_is_what_there_was(tmp_path: Path) -> None:
    make_activity(title="avant")
    call_command("backup", str(tmp_path / "parages.dump"))
    Activity.objects.update(title="après")
    call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert list(Activity.objects.values_list("title", flat=True)) == ["avant"]


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "parages.dump").write_text("precious")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(tmp_path / "parages.dump"))
    assert (tmp_path / "parages.dump").read_text() == "precious"


def test_what_is_no_backup_changes_nothing(tmp_path: Path) -> None:
    make_activity(title="avant")
    (tmp_path / "parages.dump").write_text("no dump")
    with pytest.raises(CommandError, match="nothing was changed"):
        call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert Activity.objects.get().title == "avant"


def test_who_was_erased_since_the_backup_stays_erased(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = make_activity(), make_activity()
    call_command("backup", str(tmp_path / "parages.dump"))
    removal.erase(one.public_id)
    call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert list(Activity.objects.all()) == [other]
    assert removal.erased_ids(one.source) == {one.source_record_id}
    assert "1 records that were erased since the backup were erased again" in capsys.readouterr().out
    assert [file.name for file in tmp_path.iterdir()] == ["parages.dump"]


def test_an_erased_record_that_the_backup_never_had_stays_erased_too(tmp_path: Path) -> None:
    source = make_activity().source
    call_command("backup", str(tmp_path / "parages.dump"))
    later = make_activity(source=source)
    removal.erase(later.public_id)
    call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert Tombstone.objects.get().public_id == later.public_id


def test_an_erased_record_of_a_source_that_the_backup_lacks_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", str(tmp_path / "parages.dump"))
    erased = make_activity()
    removal.erase(erased.public_id)
    call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert f"{erased.public_id} was erased; its source" in capsys.readouterr().err


def test_what_a_restore_that_was_cut_short_had_to_erase_is_found_by_the_next(tmp_path: Path) -> None:
    one = make_activity()
    call_command("backup", str(tmp_path / "parages.dump"))
    removal.erase(one.public_id)
    erasure.keep(tmp_path / "parages.dump.erased")
    Tombstone.objects.all().delete()
    call_command("restore", str(tmp_path / "parages.dump"), yes=True)
    assert not Activity.objects.exists()


def test_a_database_that_holds_records_is_not_replaced_unasked(tmp_path: Path) -> None:
    make_activity()
    call_command("backup", str(tmp_path / "parages.dump"))
    with pytest.raises(CommandError, match=r"holds 1 activities.*--yes"):
        call_command("restore", str(tmp_path / "parages.dump"))
