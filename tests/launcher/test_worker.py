import signal
from pathlib import Path

from portal.launcher.checkout import Checkout
from portal.launcher.worker import Worker


def test_it_is_started_once_kept_and_ended(folder: Path) -> None:
    checkout = Checkout(folder)
    checkout.make_folders()
    checkout.python.parent.mkdir(parents=True)
    checkout.python.write_text("#!/bin/sh\nexec sleep 60\n")
    checkout.python.chmod(0o755)
    worker = Worker(checkout, {"PATH": "/usr/bin:/bin"})
    worker.keep()
    first = worker.process
    worker.keep()
    assert first is not None
    assert worker.process is first
    worker.stop()
    assert first.returncode == -signal.SIGTERM
    worker.keep()
    assert worker.process is first
