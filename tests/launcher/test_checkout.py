from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from portal.launcher.checkout import Checkout, Stamp, digest


def test_a_stamp_is_current_for_the_same_inputs_only(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("one")
    Stamp(tmp_path / "stamp", digest(tmp_path, [source])).record()
    assert Stamp(tmp_path / "stamp", digest(tmp_path, [source])).is_current()
    source.write_text("two")
    assert not Stamp(tmp_path / "stamp", digest(tmp_path, [source])).is_current()


def test_a_stamp_never_recorded_is_not_current(tmp_path: Path) -> None:
    assert not Stamp(tmp_path / "stamp", "").is_current()


def test_a_stamp_whose_output_was_removed_is_not_current(tmp_path: Path) -> None:
    output = tmp_path / "manifest.json"
    output.touch()
    stamp = Stamp(tmp_path / "stamp", "value", (output,))
    stamp.record()
    assert stamp.is_current()
    output.unlink()
    assert not stamp.is_current()


def test_a_renamed_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("same")
    before = digest(tmp_path, [tmp_path / "a"])
    (tmp_path / "a").rename(tmp_path / "b")
    assert digest(tmp_path, [tmp_path / "b"]) != before


def test_a_moved_checkout_keeps_its_digests(tmp_path: Path) -> None:
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("same")
    here, there = (digest(tmp_path / name, [tmp_path / name / "file"]) for name in ("here", "there"))
    assert here == there


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_different_words_have_different_digests(left: list[str], right: list[str]) -> None:
    assert (digest(Path(), left) == digest(Path(), right)) == (left == right)


def test_the_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path)
    checkout.make_folders()
    secret = checkout.secret_key()
    assert checkout.secret_key() == secret
    assert len(secret) >= 50
    assert (checkout.state / "secret_key").stat().st_mode & 0o777 == 0o600
