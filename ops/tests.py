"""``make test``: all tests on two processes, with the branches they reach measured and gated.

With arguments (a file, ``-k``, ``--lf``) only a part runs; then nothing is measured, since a part
reaches little.
"""

import subprocess
import sys

#: Both processes take from the front of one list, two tests at a time. pytest-django puts the tests
#: that commit (faults, browsers, backups) after the plain ones, and the quick ones without a
#: database last. In xdist's own portions, a quarter of what is left, one process got all that
#: commit while the other was done.
PROCESSES = ("-n", "2", "--maxschedchunk", "2")


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", *command], text=True, check=False)


def run_part(arguments: list[str]) -> int:
    return run("pytest", *PROCESSES, *arguments).returncode


def run_all() -> int:
    """The tests' own exit code; where they passed, that of the coverage gate."""
    run("coverage", "erase")
    tests = run("coverage", "run", "-m", "pytest", *PROCESSES).returncode
    run("coverage", "combine", "-q")
    report = subprocess.run(
        [sys.executable, "-m", "coverage", "report"], capture_output=True, text=True, check=False
    )
    lines = report.stdout.splitlines()
    total = next((line for line in lines if line.startswith("TOTAL")), "")
    print(f"coverage of branches and lines: {total.split()[-1] if total else 'not measured'}")
    if report.returncode:
        print(report.stdout, report.stderr, sep="\n", file=sys.stderr)
    return tests or report.returncode


if __name__ == "__main__":
    sys.exit(run_part(sys.argv[1:]) if sys.argv[1:] else run_all())
