"""Elements of XML as text: what was harvested is escaped, and is without what XML 1.0 forbids."""

from collections.abc import Iterable
from html import escape
from xml.sax.saxutils import quoteattr

from portal.exports.columns import clean

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def element(tag: str, text: str) -> str:
    """An element that holds a text."""
    return f"<{tag}>{escape(clean(text), quote=False)}</{tag}>"


def start(tag: str, /, **attributes: str) -> str:
    """The opening of an element."""
    return f"<{tag}{''.join(f' {key}={quoteattr(clean(value))}' for key, value in attributes.items())}>"


def as_html(paragraphs: Iterable[str]) -> str:
    """Texts as HTML, for elements whose text readers show as HTML: no markup of a portal survives."""
    lines = (escape(clean(text)).replace("\n", "<br>") for text in paragraphs if text)
    return "".join(f"<p>{line}</p>" for line in lines)


def told_of(properties: dict[str, str]) -> list[str]:
    """What a reader of a map or a feed wants to know of a record first, its source and licence at the end."""
    what = properties["summary"] or properties["description"]
    when = " – ".join(dict.fromkeys(properties[name][:10] for name in ("starts", "ends") if properties[name]))
    where = properties["address"] or properties["area_name"] or ""
    credit = f"{properties['publisher']}: {properties['source_title']}. {properties['licence']}"
    return [what, when, where, credit]
