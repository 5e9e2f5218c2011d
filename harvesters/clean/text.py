"""Words from a portal, made safe and plain: no markup, no control characters, no private contacts.

Everything here is pure: a value in, a clean value out, nothing raised for any input.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from urllib.parse import urlsplit, urlunsplit

import nh3

ID_MAX = 300
DAMAGED = "\ufffd"  # stands for letters that were lost: what holds it is the same as nothing
DIGEST_LENGTH = 32
TITLE_MAX = 300
WORDS_MAX = 50
DESCRIPTION_MAX = 20_000
RAW_MAX = 3 * DESCRIPTION_MAX
"""Of longer texts only the beginning is looked at: cleaning them costs more than the rest of a harvest."""
URL_MAX = 2_000

# The classes of characters exclude «<» and are bounded: hostile text must not make them try again and again.
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/ul|/ol|/h[1-6]|/tr)\b[^<>]{0,200}>", re.IGNORECASE)
_ITEMS = re.compile(r"<li\b[^<>]{0,200}>", re.IGNORECASE)
_MARKUP = re.compile(r"<[a-zA-Z/!?]|&[#a-zA-Z]")
# Line and paragraph controls are handled apart; what remains is invisible or turns text around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u2007\u202f\u3000]+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# International numbers, and French and Belgian, North American and Dutch ones as they are written at home.
_PHONE = re.compile(
    r"(?<![\w/.])(?:"
    r"(?:\+|00)[1-9]\d{0,2}(?:[\s./-]?\(0\))?(?:[\s./-]?\d){6,12}"
    r"|\(?0\)?[1-9](?:[\s./-]?\d){7,8}"
    r"|(?:1[\s.-])?\(?[2-9]\d{2}\)?[\s.-]\d{3}[.-]\d{4}"
    r")(?![\w/])"
)


def identifier(value: object) -> str:
    """A record's id as the source writes it: only blanks around it go. "" for what cannot be one.

    Nothing else is changed: an id must stay the same for ever, and two must not become one.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    text = str(value).strip()
    return "" if len(text) > ID_MAX or not text.isprintable() or DAMAGED in text else text


def composite(value: object) -> str:
    """An id made of several columns: what no id may hold is left out, and what is too long for one ends in a digest.

    The digest is of the whole, so that two long ids do not become one.
    """
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())
    if len(text) > ID_MAX:
        digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
        text = f"{text[: ID_MAX - DIGEST_LENGTH - 1].rstrip()}~{digest}"
    return text


def line(value: object, limit: int = TITLE_MAX) -> str:
    """One line of plain text, at most `limit` characters, cut at a word with an ellipsis."""
    return shorten(" ".join(_plain(_scalar(value)).split()), limit)


def public_line(value: object, limit: int = TITLE_MAX) -> str:
    """A line out of a free text: contacts masked first, then shortened, so that it never grows past its limit."""
    return shorten(mask_contacts(line(value, 2 * limit)), limit)


def paragraphs(value: object, limit: int = DESCRIPTION_MAX) -> str:
    """Plain text in paragraphs that a blank line separates; list items become lines with a dash."""
    text = _BREAKS.sub("\n", _ITEMS.sub("\n– ", _scalar(value)[:RAW_MAX]))
    lines = (_SPACES.sub(" ", row).strip() for row in _plain(text).split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return shorten(mask_contacts(text), limit)


def shorten(text: str, limit: int) -> str:
    """The text itself when it fits, else what fits of it up to a word's end, and an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    word_end = cut.rfind(" ")
    return (cut[:word_end] if word_end > limit // 2 else cut).rstrip() + "…"


def mask_contacts(text: str) -> str:
    """E-mail addresses and telephone numbers in free text may be a person's: they are not published."""
    return _PHONE.sub("[téléphone]", _EMAIL.sub("[courriel]", text))


def url(value: object) -> str:
    """An http(s) address that is safe to put into a link, else nothing."""
    text = "".join(str(value or "").split())
    if text.lower().startswith("www."):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme.lower() not in ("http", "https") or "." not in host or parts.username or len(text) > URL_MAX:
        return ""
    if _INVISIBLE.search(text) or re.search(r"[<>\"'\\^`{|}]", parts.netloc):
        return ""
    return urlunsplit(parts)


def words(values: Iterable[object], limit: int = TITLE_MAX) -> list[str]:
    """Short texts, at most 50, each of at most `limit` characters; blanks and repeats dropped, contacts masked."""
    cleaned = (public_line(value, limit) for value in islice(values, WORDS_MAX))
    return list(dict.fromkeys(part for part in cleaned if part))


def _plain(text: str) -> str:
    text = _INVISIBLE.sub("", _SURROGATES.sub("", text[:RAW_MAX]))
    if _MARKUP.search(text):
        text = html.unescape(nh3.clean(text, tags=set(), clean_content_tags={"script", "style"}))
        # What was escaped once may have been markup: `&lt;script&gt;` is text to us, never a tag to a browser.
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _scalar(value: object) -> str:
    """The text of a value; of a list its first text, of a JSON-LD value its `@value`; nothing of what is no text."""
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, (list, tuple)):
        value = next((part for part in value if isinstance(part, (str, int, float))), None)
    return str(value) if isinstance(value, (str, int, float, Decimal)) else ""
