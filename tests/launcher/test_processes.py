import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.launcher.processes import Stopped, is_alive, start_child, stop_child, told_to_stop, wait_until

ROOT = Path(__file__).parents[2]
PARENT = """
import os, sys, time
from pathlib import Path
from portal.launcher.processes import start_child
child = start_child(["sleep", "600"], Path(sys.argv[1]), os.environ)
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        # Until setpriv has become sleep, the kernel may not know of the signal yet.
        assert wait_until(lambda: is_alive(child, "sleep") and not is_alive(child, "setpriv"), 10)
        parent.kill()
    assert wait_until(lambda: not is_alive(child, "sleep"), 10)


def test_a_child_is_asked_to_end(tmp_path: Path) -> None:
    child = start_child(["sleep", "600"], tmp_path / "log", os.environ)
    stop_child(child)
    assert child.returncode == -signal.SIGTERM


def test_a_childs_words_go_to_its_log(tmp_path: Path) -> None:
    start_child(["echo", "heard"], tmp_path / "log", os.environ).wait()
    assert (tmp_path / "log").read_text() == "heard\n"


@pytest.mark.usefixtures("no_nohup")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_stop_stops_once(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with told_to_stop():
        with pytest.raises(Stopped) as stopped:
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
    assert stopped.value.number == number
    assert signal.getsignal(number) == before


def test_a_process_is_known_by_its_words() -> None:
    assert is_alive(os.getpid(), "pytest")
    assert not is_alive(os.getpid(), "postgres")
