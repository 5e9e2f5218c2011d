"""ZIP files, and what is made of them (.xlsx, .ods, .kmz): their directory is read before anything in them.

Bounds: 1,000 entries, 200 MB unpacked, 100 times the size of the packed file. Raises PortalError (unreadable,
too-big), whatever the file holds.
"""

import io
import re
import struct
import zipfile
import zlib

from harvesters.errors import PortalError

ENTRIES_MAX = 1_000
UNPACKED_BYTES = 200_000_000
RATIO, RATIO_FROM_BYTES = 100, 5_000_000
DIRECTORY_BYTES = 1_000_000
# The "end of central directory record" of PKWARE's APPNOTE: entries on this disk, entries, bytes of the directory.
END_MARK, END = b"PK\x05\x06", struct.Struct("<8xHHL6x")
ZIP64_MARK, ZIP64_BYTES = b"PK\x06\x07", 20
END_WITHIN_BYTES = 65_557
PLAIN_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
OUTSIDE = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:|\0")
IS_ENCRYPTED = 0x1
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    LookupError,
)


def entries(body: bytes) -> list[zipfile.ZipInfo]:
    """The files of a ZIP, folders left out, none of them read yet. Raises PortalError."""
    check_end(body)
    try:
        found = zipfile.ZipFile(io.BytesIO(body)).infolist()
    except DAMAGED as error:
        raise PortalError("unreadable", f"It is a ZIP file whose directory cannot be read ({error}).") from error
    files = [entry for entry in found if not entry.is_dir()]
    check_sizes(files, len(body))
    check_places(found, len(body))
    return files


def check_end(body: bytes) -> None:
    """Bound the directory before anybody makes a list of it."""
    tail = body[-END_WITHIN_BYTES:]
    at = tail.rfind(END_MARK)
    if at < 0 or len(tail) < at + END.size:
        raise PortalError("unreadable", "It begins like a ZIP file and has not the end of one: it may be cut.")
    if tail[max(0, at - ZIP64_BYTES) : at].startswith(ZIP64_MARK):
        raise PortalError("too-big", "It is a ZIP file of the kind for more than 4 GB.")
    here, count, directory_bytes = END.unpack_from(tail, at)
    if max(here, count) > ENTRIES_MAX or directory_bytes > DIRECTORY_BYTES:
        raise PortalError("too-big", f"It is a ZIP file of {max(here, count):,} entries; {ENTRIES_MAX:,} are read.")


def check_sizes(files: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    total = sum(entry.file_size for entry in files)
    if len(files) > ENTRIES_MAX:
        raise PortalError("too-big", f"It is a ZIP file of {len(files):,} entries; {ENTRIES_MAX:,} are read.")
    if total > UNPACKED_BYTES:
        raise PortalError("too-big", f"Unpacked it has {total // 10**6:,} MB; {UNPACKED_BYTES // 10**6} are read.")
    if total > RATIO_FROM_BYTES and total > RATIO * packed_bytes:
        raise PortalError("too-big", f"It unpacks to more than {RATIO} times its size.")


def check_places(found: list[zipfile.ZipInfo], packed_bytes: int) -> None:
    """Refuse names that lead outside, secrets, and entries that lie over one another to weigh more than they do."""
    end = 0
    for entry in sorted(found, key=lambda entry: entry.header_offset):
        if OUTSIDE.search(entry.filename):
            raise PortalError("unreadable", "It is a ZIP file with a name in it that leads outside of it.")
        if entry.flag_bits & IS_ENCRYPTED:
            raise PortalError("unreadable", "It is locked with a password.")
        if entry.compress_type not in PLAIN_METHODS:
            raise PortalError("unreadable", "It is packed in a way that is not usual for ZIP files.")
        if entry.header_offset < end:
            raise PortalError("unreadable", "It is a ZIP file whose entries lie over one another.")
        end = entry.header_offset + entry.compress_size
    if end > packed_bytes:
        raise PortalError("unreadable", "It is a ZIP file whose entries reach behind its end.")


def unpacked(body: bytes, entry: zipfile.ZipInfo) -> bytes:
    """The content of one entry, no longer than the directory says. Raises PortalError."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(entry) as file:
            data = file.read(entry.file_size + 1)
    except DAMAGED as error:
        raise PortalError("unreadable", f"“{entry.filename[:80]}” in the ZIP file is damaged ({error}).") from error
    if len(data) != entry.file_size:
        raise PortalError("unreadable", f"“{entry.filename[:80]}” in the ZIP file is not as long as it says.")
    return data
