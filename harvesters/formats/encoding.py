"""From bytes to text: the encoding is found out, and said on the run whenever it was not plain UTF-8."""

import codecs
import re

from charset_normalizer import from_bytes

from harvesters.clean.tidy import UNSTORABLE, tidy_text
from harvesters.errors import PortalError
from harvesters.reading import Reading

BOMS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
SAMPLE_BYTES = 65_536
UTF_8_LEADS = (0xC0, 0xE0, 0xF0)  # first bytes of letters that are longer than one, two and three bytes
# Broken characters that a UTF-8 file may hold, as a share of its good ones, before another encoding is tried.
BROKEN_SHARE = 0.05
# Python's codecs for its own purposes, which no file of a portal is written in; some take very long.
NO_TEXT = {"unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf-7"}
# Western encodings of one byte per letter; the first unless another makes this much more sense.
SINGLE_BYTE = ("windows-1252", "mac_roman", "cp850")
# A letter of such a language, or a sign where such a sign stands: no capital, no quote in the middle of a word.
SENSIBLE = re.compile(
    "[àâäáãåçéèêëíîïñóôöõùúûüßœæø’°\xa0]|(?<![a-z])[ÀÂÄÁÅÇÉÈÊËÍÎÏÑÓÔÖÙÚÛÜŒÆØ]"
    "|(?<![A-Za-z])[‘‚“”„«»–—…€·]|[‘‚“”„«»–—…€·](?![A-Za-z])"
)
SENSE_SHARE, NONSENSE_SHARE = 0.9, 0.75
# What UTF-8 looks like once it was read as windows-1252.
MISREAD = re.compile("Ã[\x80-\xbf€-™ ]|â€[\x80-\xbf€-™]|Â[\xa0-\xbf]")


def decode(data: bytes, declared: str, wanted: str, reading: Reading) -> str:
    """The text of `data`. `declared`: by the portal; `wanted`: by the source's options. Raises PortalError."""
    text = by_name(data, wanted) if wanted else by_mark(data) or found_out(data, declared, reading)
    return storable(repaired(text.removeprefix("\ufeff"), reading), reading)


def whole_letters(data: bytes) -> bytes:
    """What broke off, without a last letter of UTF-8 of which a part is missing: it would belie the whole text."""
    for length in (1, 2, 3):
        if data[-length:] and data[-length] >= UTF_8_LEADS[length - 1]:
            return data[:-length]
        if data[-length:] and data[-length] < 0x80:
            return data
    return data


def by_name(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise PortalError("bad-encoding", f"The text is not {encoding}, as the source's options say.") from error


def by_mark(data: bytes) -> str | None:
    """The text of a file that begins with a byte order mark; None without one, or when the mark lies."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return attempt(data[len(mark) :], encoding)
    return None


def found_out(data: bytes, declared: str, reading: Reading) -> str:
    # UTF-8 proves itself, so it is believed before a declaration: servers declare ISO-8859-1 by habit.
    utf_8 = attempt(data, "utf-8")
    if utf_8 is not None and "\x00" not in utf_8[:1000]:
        if declared not in ("", "utf-8", "utf8", "us-ascii", "ascii") and not utf_8.isascii():
            reading.note(f"The portal declares {declared}; the text is UTF-8.")
        return utf_8
    for encoding in (believable(declared, data), utf_16_kind(data)):
        text = attempt(data, encoding) if encoding else None
        if text is not None:
            reading.note(f"The text is in {encoding}.")
            return text
    return nearly_utf_8(data, reading) or single_byte(data, reading)


def believable(declared: str, data: bytes) -> str:
    """The encoding that a portal declares; "" when it is none of text, or the bytes do not look like it."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return ""
    is_wide = name.startswith(("utf-16", "utf-32"))
    return "" if name in NO_TEXT or (is_wide and b"\0" not in data[:SAMPLE_BYTES]) else declared


def attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError):
        return None


def utf_16_kind(data: bytes) -> str:
    """UTF-16 without a mark shows by its zero bytes: every second one, in a text of the west."""
    sample = data[:SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 3 < len(sample) // 2:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def nearly_utf_8(data: bytes, reading: Reading) -> str | None:
    """UTF-8 with a few broken characters stays UTF-8: the other records keep their accents."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    good = sum(1 for _ in re.finditer(r"[^\x00-\x7f\ufffd]", text))
    if broken > good * BROKEN_SHARE:
        return None
    reading.note(f"The text is UTF-8 with {broken} unreadable characters; each became “\ufffd”.")
    return text


def single_byte(data: bytes, reading: Reading) -> str:
    encoding = likely_single_byte(data[:SAMPLE_BYTES])
    text = attempt(data, encoding)
    if text is None or "\x00" in text:
        best = from_bytes(data[:SAMPLE_BYTES]).best()
        encoding = best.encoding if best else ""
        text = attempt(data, encoding) if encoding else None
    if text is None or "\x00" in text:
        raise PortalError("bad-encoding", "The answer is not text in any encoding that could be found out.")
    reading.note(f"The text is not UTF-8; it was read as {encoding}.")
    return text


def likely_single_byte(sample: bytes) -> str:
    """Windows' encoding of western Europe, unless a Macintosh's or DOS's makes far more sense of the same bytes."""
    high = max(sum(byte > 0x7F for byte in sample), 1)
    texts = {encoding: sample.decode(encoding, "replace") for encoding in SINGLE_BYTE}
    shares = {encoding: sum(1 for _ in SENSIBLE.finditer(text)) / high for encoding, text in texts.items()}
    usual = SINGLE_BYTE[0]
    best = max(SINGLE_BYTE, key=lambda encoding: (shares[encoding], texts[encoding].count("é")))
    return best if shares[best] >= SENSE_SHARE and shares[usual] <= NONSENSE_SHARE else usual


def repaired(text: str, reading: Reading) -> str:
    """Undo one wrong decoding (“Ã©” for “é”), when the whole text agrees to it."""
    if not MISREAD.search(text):
        return text
    try:
        better = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        reading.note("Some of the text was decoded wrongly before it was published (“Ã©” for “é”).")
        return text
    reading.note("The text was decoded wrongly before it was published (“Ã©” for “é”); this was undone.")
    return better


def storable(text: str, reading: Reading) -> str:
    """The text without the characters that no database holds (NUL, lone surrogates)."""
    if not UNSTORABLE.search(text):
        return text
    reading.note("Characters that no text can hold were replaced by “\ufffd”.")
    return tidy_text(text)
