"""Text in the wrong letters, or declared to be in others."""

import unicodedata

from tests.harvesters.hostile.mode import COMPLETE, FILES, TEXTS, Mode, each, failed, one, partial

EITHER = [
    *COMPLETE,
    *partial("broken-off", "bad-encoding"),
    *failed("bad-encoding", "not-csv", "not-json", "no-records"),
]


def recoded(encoding: str) -> Mode:
    return Mode(
        f"in {encoding}, undeclared", COMPLETE, TEXTS, body=lambda body, _: body.decode().encode(encoding, "replace")
    )


def declared(charset: str) -> Mode:
    return Mode(
        f"UTF-8 that says it is {charset}", COMPLETE, TEXTS, headers=(f"Content-Type: text/plain; charset={charset}",)
    )


def marked(body: bytes) -> bytes:
    return b"\xef\xbb\xbf" + body


def spoiled(body: bytes) -> bytes:
    return body.replace(b"chaque", b"ch\xffque", 1)


def escaped(body: bytes) -> bytes:
    return body.replace(b"chaque", b"ch\\ud800que", 1)


MODES = [
    recoded("cp1252"),
    recoded("utf-16"),
    recoded("utf-16-le"),
    recoded("mac_roman"),
    recoded("cp850"),
    declared("iso-8859-1"),
    declared("utf-16"),
    declared("utf-7"),
    declared("hex"),
    declared("klingon"),
    Mode("a mark before UTF-8", COMPLETE, TEXTS, body=lambda body, _: marked(body)),
    Mode(
        "UTF-8 read as windows-1252 and written again",
        COMPLETE,
        TEXTS,
        body=lambda body, _: body.decode().encode().decode("latin-1").encode(),
        touches="all",
    ),
    Mode("one broken letter", COMPLETE, TEXTS, body=lambda body, _: spoiled(body), touches="all"),
    Mode(
        "half a pair of surrogates",
        COMPLETE,
        ("json", "geojson", "export"),
        body=lambda body, _: escaped(body),
        touches="all",
    ),
    Mode("NUL in a text", COMPLETE, ("json", "geojson", "export", "records", "ogcapi"), records=one(titre="Caf\x00é")),
    Mode(
        "letters taken apart",
        COMPLETE,
        records=each(
            lambda record: {
                name: unicodedata.normalize("NFD", value) if name in ("titre", "texte") else value
                for name, value in record.items()
            }
        ),
    ),
    Mode("text that runs backwards", COMPLETE, records=one(titre="Café \u202etxt.exe\u202c \u200bcaché")),
    Mode("a mark of the wrong encoding", EITHER, FILES, body=lambda body, _: b"\xff\xfe" + body, touches="all"),
]
