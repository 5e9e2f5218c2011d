"""What can go wrong with a portal, in words for the person who runs this site."""

from harvesters.clean.tidy import tidy_text

ADVICE = {
    "unreachable": "Check the address, then try again later: nothing was changed.",
    "timeout": "The portal may be overloaded: try again later.",
    "too-slow": "The portal may be overloaded: try again later, or ask its publisher for a smaller file.",
    "too-large": "Ask the publisher for a smaller file, or narrow the source with a filter.",
    "too-big": "Ask the publisher for a smaller or plainer file, such as CSV, or narrow the source with a filter.",
    "bad-address": "Give the source a plain address that begins with https:// or http://.",
    "refused-address": "If this machine is yours and meant, add its host:port to PARAGES_ALLOW_HOSTS.",
    "too-many-redirects": "Open the address in a browser and give the source the address where it ends.",
    "redirect-refused": "Open the address in a browser and give the source the address where it ends.",
    "http-status": "Check the address of the source, or ask the publisher whether the dataset has moved.",
    "busy": "The portal asks to be left alone for a while: harvest this source later.",
    "certificate": "Tell the publisher; a certificate that is not valid is never overlooked here.",
    "bad-answer": "Try again later; if it goes on, tell the publisher.",
    "truncated": "Try again later: the connection broke before the end.",
    "html-instead": "The dataset may have moved, or the portal be under maintenance: open the address in a browser.",
    "empty": "Open the address in a browser to see whether the dataset is still there.",
    "being-made": "Harvest this source again in an hour; if it goes on, open the address in a browser.",
    "not-json": "Check that the protocol of the source is the right one.",
    "not-xml": "Check that the protocol of the source is the right one.",
    "not-csv": "Check that the protocol and the format of the source are the right ones.",
    "not-geojson": "Check that the protocol and the format of the source are the right ones.",
    "bad-encoding": "Say the encoding in the options of the source (encoding).",
    "unknown-format": "Give the source the address of a file in one of the formats that docs/sources.md lists.",
    "unreadable": "Open the file yourself: it may be damaged; ask the publisher for another format, such as CSV.",
    "portal-error": "Check the options of the source against the portal.",
    "no-dataset": "Check the search or the dataset's id in the options of the source.",
    "no-key": "Put the key that the portal's operator gave you into that environment variable.",
    "bad-option": "Mend the options of the source.",
    "repeated-page": "The portal does not page properly: read it by its export or file instead.",
    "unknown-protocol": "Choose one of the protocols listed.",
    "too-long": "What was read is kept: ask the publisher for one file of it all, or narrow the source with a filter.",
    "incomplete": "What came is kept and nothing is removed: try again later.",
    "no-records": "Nothing was removed: if the portal means it, disable the source.",
    "columns-gone": "Nothing was changed: correct the mapping, or accept it with: ./parages source reset SLUG",
    "all-filtered": "Nothing was removed: check the filter of the source against the portal's columns.",
    "nothing-taken": "Check the mapping of the source against the portal's columns.",
    "repeated-records": "The portal does not page properly: read it by its export or file instead.",
    "ended": "Nothing was changed: harvest it again.",
    "taken-over": "Nothing was changed here.",
    "under-way": "Nothing was done here: wait for its end.",
    "database": "Nothing was changed: harvest it again when the database is back.",
    "unforeseen": "Nothing was changed: tell the developers of Parages.",
}


class PortalError(Exception):
    """A portal could not be read. `code` is for programs, `str()` for people.

    The text says what was asked and what came, then what to do about it.
    """

    def __init__(self, code: str, what: str) -> None:
        self.code = code
        self.rewrite(what)

    def rewrite(self, what: str) -> None:
        """Say what happened in other words."""
        self.what = tidy_text(what)
        self.args = (f"{self.what} {ADVICE[self.code]}",)
