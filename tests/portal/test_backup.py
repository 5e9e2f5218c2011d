from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.models import Activity
from tests.factories import make_activity

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_backup_read_back_is_what_there_was(tmp_path: Path) -> None:
    make_activity(title="avant")
    call_command("backup", str(tmp_path / "parages.dump"))
    Activity.objects.update(title="après")
    call_command("restore", str(tmp_path / "parages.dump"))
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
        call_command("restore", str(tmp_path / "parages.dump"))
    assert Activity.objects.get().title == "avant"
