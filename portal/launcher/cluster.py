"""A PostgreSQL of our own: reached through a socket in a private folder, never over the network."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.launcher.packages import postgresql_version
from portal.launcher.processes import is_alive, start_child, stop_child, wait_until
from portal.launcher.steps import Failed, end_of

NAME = "parages"  # of the role and of the database
FALLBACK = Path("/var/lib/parages")
SERVICE_USER = "postgres"  # made by Debian's package; PostgreSQL refuses to run as root
LEFTOVER_SECONDS = 5.0
READY_SECONDS = 120.0  # after a crash it first replays its journal
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for tests alone


@dataclass
class Cluster:
    """One data folder and the server on it, which ends with us, however we end."""

    data: Path
    log: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket_folder(self) -> Path:
        """Short, since a socket's path has at most 107 bytes, and the same for the same data."""
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"parages-{os.geteuid()}-{name}"

    @property
    def database_url(self) -> str:
        return f"postgis://{NAME}@:5432/{self._socket_in_use()}/{NAME}"

    def identity(self) -> str:
        """What tells this cluster from every other, made again in the same folder though it be."""
        return self.run_sql("SELECT system_identifier FROM pg_control_system()")

    def server_pid(self) -> int | None:
        """The server that works on this data, ours or another process's."""
        lines = self._pid_file()
        return int(lines[0]) if lines and is_alive(int(lines[0]), "postgres") else None

    def _socket_in_use(self) -> Path:
        """Another process may have started the server with another temporary folder."""
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 else self.socket_folder

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def wait_for_leftover(self) -> None:
        """A server whose starter was killed is on its way out: let it finish, ask it again, give up."""
        for patience in (LEFTOVER_SECONDS, READY_SECONDS):
            if wait_until(lambda: self.server_pid() is None, patience):
                return
            os.kill(self.server_pid() or 0, signal.SIGINT)
        raise Failed(f"A PostgreSQL of an earlier start does not end (process {self.server_pid()}).")

    def start(self) -> None:
        """Make the data folder if there is none, start the server, make the database. Raise Failed."""
        if not self.is_made():
            self.make()
        self._make_socket_folder()
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        folders = ["-D", str(self.data), "-k", str(self.socket_folder)]
        # INT is PostgreSQL's «fast shutdown»: no waiting for clients, nothing left to recover.
        command = [self._tool("postgres"), *folders, *options]
        self.process = start_child(command, self.log, os.environ, "INT", self._become_owner())
        self._wait_until_ready(self.process)
        self._make_database()

    def revive(self) -> bool:
        """Start the server again if it ended by itself (killed for its memory, say); return whether it had."""
        has_ended = self.process is not None and self.process.poll() is not None
        if has_ended:
            self.start()
        return has_ended

    def stop(self) -> None:
        if self.process:
            stop_child(self.process, signal.SIGINT)
            self.process = None
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def make(self) -> None:
        """Under another name first: an initdb cut short must not look like a cluster."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        self._give_to_owner(fresh)
        words = ["-U", NAME, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
        self._run([self._tool("initdb"), "-D", str(fresh), *words])
        fresh.rename(self.data)

    def _make_socket_folder(self) -> None:
        """Raise Failed when somebody else made a folder of that name before us."""
        folder = self.socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in (os.geteuid(), self._owner()):
            raise Failed(f"{folder} belongs to somebody else: remove it, then start again.")
        folder.chmod(0o700)
        self._give_to_owner(folder)

    def _make_database(self) -> None:
        if NAME not in self.run_sql("SELECT datname FROM pg_database", "postgres").split():
            self.run_sql(f"CREATE DATABASE {NAME}", "postgres")

    def run_sql(self, sql: str, database: str = NAME) -> str:
        """The answer of psql, unaligned, without headings."""
        words = ["-h", str(self._socket_in_use()), "-U", NAME, "-d", database, "-XAtqc", sql]
        return self._run([self._tool("psql"), *words]).strip()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        question = [self._tool("pg_isready"), "-q", "-U", NAME, "-h", str(self.socket_folder), "-d", "postgres"]

        def answers_or_ended() -> bool:
            return process.poll() is not None or subprocess.run(question, check=False).returncode == 0

        if not wait_until(answers_or_ended, READY_SECONDS) or process.poll() is not None:
            self.stop()
            raise Failed(f"PostgreSQL did not start.\n\n{end_of(self.log)}\n\nAll its words: {self.log}")

    def _tool(self, name: str) -> str:
        """The program `name` of the version that made the data; of the newest where there are no data yet."""
        version_file = self.data / "PG_VERSION"
        version = version_file.read_text().strip() if version_file.exists() else postgresql_version()
        tool = Path(f"/usr/lib/postgresql/{version}/bin/{name}")
        if not tool.exists():
            raise Failed(
                f"The data in {self.data} are of PostgreSQL {version}: install postgresql-{version}-postgis-3."
            )
        return str(tool)

    def _run(self, command: Sequence[str]) -> str:
        prefix = ["setpriv", *self._become_owner(), "--"]
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, cwd="/", check=False)
        if done.returncode:
            raise Failed(f"{Path(command[0]).name} failed.\n\n{done.stderr.strip()}")
        return done.stdout

    def _owner(self) -> int:
        """Who runs the server: ourselves; as root the owner of the data, or else Debian's service user."""
        if os.geteuid() != 0:
            return os.geteuid()
        existing = self.data.stat().st_uid if self.is_made() else 0
        return existing or pwd.getpwnam(SERVICE_USER).pw_uid

    def _give_to_owner(self, path: Path) -> None:
        owner = pwd.getpwuid(self._owner())
        os.chown(path, owner.pw_uid, owner.pw_gid)

    def _become_owner(self) -> list[str]:
        return become(pwd.getpwuid(self._owner())) if os.geteuid() == 0 else []


def data_folder(preferred: Path, fallback: Path = FALLBACK) -> Path:
    """`preferred`, unless root runs us and the service user cannot get there (a checkout under /root)."""
    if os.geteuid() != 0 or (preferred / "PG_VERSION").exists() or _is_open_to(SERVICE_USER, preferred.parent):
        return preferred
    name = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    fallback.mkdir(mode=0o755, parents=True, exist_ok=True)
    return fallback / name


def become(account: pwd.struct_passwd) -> list[str]:
    """setpriv's options to be that user."""
    return [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _is_open_to(user: str, folder: Path) -> bool:
    command = ["setpriv", *become(pwd.getpwnam(user)), "test", "-x", str(folder)]
    return subprocess.run(command, check=False).returncode == 0
