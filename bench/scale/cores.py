"""How much of a core each sort of answer costs, whoever else uses the machine: the processor time of some processes
before and after a while of asking.

    python -m bench.scale.cores --match 127.0.0.1:8103 --match 'postgres: parages' -- wrk -c8 -d5s -s ...

Prints milliseconds of processor time for each answer that wrk tells of, by what was matched. Processes that end
meanwhile are not counted.
"""

import argparse
import os
import re
import subprocess
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def spent_ms(match: str) -> dict[int, float]:
    """Processor time so far of each process whose command line holds `match`."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            fields = (folder / "stat").read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if match in command and int(folder.name) != os.getpid():
            found[int(folder.name)] = (int(fields[11]) + int(fields[12])) * TICK_MS
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--match", action="append", required=True)
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    before = {match: spent_ms(match) for match in asked.match}
    told = subprocess.run(asked.command, capture_output=True, text=True, check=True).stdout
    answers = int((re.search(r"(\d+) requests in", told) or [0, 0])[1])
    for match in asked.match:
        cost = sum(ms - before[match].get(pid, 0) for pid, ms in spent_ms(match).items())
        print(f"{match}: {cost / max(answers, 1):.2f} ms an answer ({answers} answers)")


if __name__ == "__main__":
    main()
