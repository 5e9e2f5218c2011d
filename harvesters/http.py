"""The one way out to the network (being written: the guarded session comes with the next commit)."""


class Client:
    """Polite, guarded HTTP client. One per thread; `Client.from_settings()` builds it."""
