"""Keys of portals that ask for one: sent where they belong, and never written down anywhere.

A source names the environment variable that holds its key (option `key_env`). Its value is neither in the database
nor in an export of the source; `session.py` sends it to no other host, and takes it out of whatever a portal says.
"""

import os
import re
from collections.abc import Mapping
from typing import Any

from harvesters.errors import PortalError

OPEN_HEADERS = {
    "accept", "accept-encoding", "accept-language", "content-length", "content-type",
    "if-modified-since", "if-none-match", "user-agent", "x-fields",
}  # fmt: skip
"""Request headers that are no secret, in lower case: any other one is taken for a key."""

# Only such variables: whoever may edit a source must not be able to send out the secrets of this site.
NAME = re.compile(r"PARAGES_KEY_[A-Z0-9_]{1,80}")
KEY = re.compile(r"[!-~]{8,1000}")
HIDDEN = "[key]"


def key_header(options: Mapping[str, Any], header: str) -> dict[str, str]:
    """The header with the key of a source, for Client.get and post_json; none when the source names no key.

    Raises PortalError (bad-option, no-key), never with the key in it.
    """
    name = options.get("key_env")
    if not name:
        return {}
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise PortalError("bad-option", "The option `key_env` names a variable that begins with PARAGES_KEY_.")
    key = os.environ.get(name, "")
    if not KEY.fullmatch(key):
        what = "is no key of 8 or more plain characters" if key else "is not set"
        raise PortalError("no-key", f"The environment variable {name} {what}.")
    return {header: key}


def secrets_of(headers: Mapping[str, str | bytes]) -> tuple[str, ...]:
    """The values among request headers that must never be seen."""
    values = (value for name, value in headers.items() if name.lower() not in OPEN_HEADERS)
    texts = (value.decode("latin-1") if isinstance(value, bytes) else value for value in values)
    return tuple(text for text in texts if KEY.fullmatch(text))


def hide(text: str, secrets: tuple[str, ...]) -> str:
    """The text with each secret in it blotted out, also one that was cut off with an ellipsis."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
        for length in range(len(secret) - 1, 3, -1):
            text = text.replace(f"{secret[:length]}…", f"{HIDDEN}…")
    return text


def hide_bytes(data: bytes, secrets: tuple[str, ...]) -> bytes:
    """The same of a body, whatever its encoding: keys are plain ASCII."""
    for secret in secrets:
        data = data.replace(secret.encode(), HIDDEN.encode())
    return data
