"""``make test``: all tests on two processes, with the lines and branches they reach measured and
gated.

Two figures, each with a gate of its own: lines and branches together (``fail_under`` in
pyproject.toml), and branches alone, since a file of long plain functions can hide that no test ever
took the other way. What is left out of both stands in pyproject.toml, each with its reason.

With arguments (a file, ``-k``, ``--lf``) only a part runs; then nothing is measured, since a part
reaches little.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
#: Each process begins with a half of all tests, and takes of the other's rest when it is done. The
#: tests that commit (faults, browsers, backups) are slow and stand at the end, where pytest-django
#: puts them: where a process is given more for each test it ends, one of the two came to hold them
#: nearly all while the other was done.
PROCESSES = ("-n", "2", "--dist", "worksteal")
#: Branches that the tests must take, of a hundred.
LEAST_BRANCHES = 90.0


def run(*command: str, **options) -> subprocess.CompletedProcess:
    """Runs a module with this Python; the caller looks at the exit code.

    ``command`` is the module's name and its arguments; ``options`` are those of subprocess.run.
    """
    return subprocess.run([sys.executable, "-m", *command], text=True, check=False, **options)


def run_part(arguments: list[str]) -> int:
    """Runs some of the tests; the exit code is pytest's own."""
    return run("pytest", *PROCESSES, *arguments).returncode


def run_all() -> int:
    """The tests' own exit code; where they passed, 1 if a figure of coverage is below its gate."""
    run("coverage", "erase")
    tests = run("coverage", "run", "-m", "pytest", *PROCESSES).returncode
    # Each test process, server and command has written a file of its own.
    run("coverage", "combine", "-q")

    totals = measured()
    is_enough = gated(totals)
    if not is_enough:
        # The places that are missing, for whoever has to write the test.
        run("coverage", "report", stdout=sys.stderr)
    return tests or int(not is_enough)


def measured() -> dict:
    """Coverage's own totals of the last run; {} where nothing was measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        run("coverage", "json", "-q", "-o", str(path), stderr=subprocess.DEVNULL)
        if not path.exists():
            return {}
        return json.loads(path.read_text())["totals"]


def gated(totals: dict) -> bool:
    """Print both figures beside their gates; True when neither is below."""
    if not totals:
        print("coverage: not measured")
        return False

    figures = [
        ("lines and branches together", totals["percent_covered"], least_together()),
        ("branches alone", branch_percent(totals), LEAST_BRANCHES),
    ]
    is_enough = True
    for name, value, least in figures:
        verdict = "ok"
        if value < least:
            verdict = "short"
            is_enough = False
        print(f"coverage of {name}: {value:.1f} % gate={least:g} {verdict}")
    return is_enough


def least_together() -> float:
    """The gate that coverage knows itself."""
    settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    return settings["tool"]["coverage"]["report"]["fail_under"]


def branch_percent(totals: dict) -> float:
    """Branches taken, of a hundred there are: an ``if`` without ``else`` has two, too.

    ``totals`` is that of coverage's JSON. 100 where there is no branch at all.
    """
    if not totals["num_branches"]:
        return 100.0
    return 100 * totals["covered_branches"] / totals["num_branches"]


def main(arguments: list[str]) -> int:
    """Run what was asked for and return the exit code.

    Arguments are pytest's; without any the whole suite runs, with coverage.
    """
    if arguments:
        return run_part(arguments)
    return run_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
