"""Definitions of live portals: kept apart, never tried, stored when they are named."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from harvesters.definition import FOLDER, LIVE, bundled, load
from portal.models import Source

SLUGS = sorted(path.stem for path in LIVE.glob("*.toml"))


@pytest.mark.parametrize("slug", SLUGS)
def test_none_is_enabled_or_called_tried(slug: str) -> None:
    source = load(LIVE / f"{slug}.toml")
    assert (source.enabled, source.tried, source.demo) == (False, False, False)
    assert source.address.startswith("https://")


@pytest.mark.parametrize("slug", SLUGS)
def test_each_says_first_that_it_was_never_tried(slug: str) -> None:
    assert (LIVE / f"{slug}.toml").read_text("utf-8").startswith("# Ready, and never tried on the live address")


def test_they_are_not_among_the_others() -> None:
    assert not {source.slug for source in bundled(FOLDER)} & set(SLUGS)
    assert not {path.name for path in Path(FOLDER).glob("*.toml")} & {path.name for path in LIVE.glob("*.toml")}


@pytest.mark.django_db
def test_they_are_stored_when_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("source", "list", "--live")
    listed = capsys.readouterr().out
    assert [slug for slug in SLUGS if slug not in listed] == []
    call_command("source", "seed", "rennes", "jeveuxaider")
    assert set(Source.objects.values_list("slug", "enabled")) == {("rennes", False), ("jeveuxaider", False)}
    with pytest.raises(CommandError, match="no live portal is called «atlantis»"):
        call_command("source", "seed", "atlantis")


@pytest.mark.django_db
def test_seeding_without_a_name_leaves_them_out() -> None:
    call_command("source", "seed")
    assert not Source.objects.filter(slug__in=SLUGS).exists()
