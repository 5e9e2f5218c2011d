"""The words of the site: found in the code and the templates, kept in `portal/locale/*/django.po`.

French words are the message ids; Dutch and English are the catalogues. No gettext program is needed.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("portal", "geo", "harvesters")
LANGUAGES = ("nl", "en")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "_pair": (1, 2),
}
Found = tuple[str, int, "str | tuple[str, ...]"]


def po_file(language: str) -> Path:
    return settings.BASE_DIR / "portal" / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def found_words() -> Catalog:
    """Every message that code and templates ask for, with where."""
    words = Catalog(project="Parages", charset="utf-8", fuzzy=False)
    for path, line, message in [*_code(), *_templates()]:
        words.add(message, locations=[(path, line)])
    return words


def update(language: str) -> Catalog:
    """Brings a catalogue up to date with the words found: new ones empty, unused ones dropped."""
    path = po_file(language)
    catalogue = read_catalogue(language) if path.exists() else _new(language)
    catalogue.update(found_words(), no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return catalogue


def _new(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Parages",
        version="1",
        msgid_bugs_address="none",
        last_translator="Parages",
        language_team=language,
        header_comment="# The words of Parages; `./parages words` brings this file up to date.",
        fuzzy=False,
    )


def _code() -> Iterator[Found]:
    for package in PACKAGES:
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            yield from _extracted(path, path.read_bytes())


def _templates() -> Iterator[Found]:
    for path in sorted(path for name in PACKAGES for path in (settings.BASE_DIR / name).glob("templates/**/*.html")):
        code = templatize(path.read_text("utf-8"), origin=path.name)
        calls = re.findall(r"n?gettext\((?:[^()\"']|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')*\)", code)
        yield from _extracted(path, "\n".join(calls).encode())


def _extracted(path: Path, code: bytes) -> Iterator[Found]:
    name = path.relative_to(settings.BASE_DIR).as_posix()
    for line, message, _comments, _context in extract("python", BytesIO(code), keywords=KEYWORDS):
        yield name, line, message
