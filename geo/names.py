"""How names of places are compared: accents, case, hyphens and apostrophes do not count."""

import re
import unicodedata

_NOT_DECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "œ": "oe", "æ": "ae", "þ": "th"}
)
_SAINTS = {"saint": "st", "sainte": "ste", "sint": "st"}
_WORDS = re.compile(r"\w+")
_ARTICLES = ("le ", "la ", "les ", "l ", "de ", "den ", "het ", "the ")


def fold(text: str) -> str:
    """Lower case, without accents, words separated by one blank, «saint» as «st»: `Saint-Étienne` is `st etienne`."""
    if text.isascii():
        return " ".join(_SAINTS.get(word, word) for word in _WORDS.findall(text.lower().replace("_", " ")))
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_NOT_DECOMPOSED)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_SAINTS.get(word, word) for word in _WORDS.findall(plain.replace("_", " ")))


def without_article(key: str) -> str:
    """A folded name without the article it begins with: `mans` for `le mans`."""
    return next((key[len(article) :] for article in _ARTICLES if key.startswith(article)), key)
