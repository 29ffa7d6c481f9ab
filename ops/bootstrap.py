"""From a bare Python to ``.venv`` with everything pinned.

Run by make as a plain file, standard library only.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from importlib.util import find_spec

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LISTS = ("requirements.txt", "requirements-dev.txt")
NEEDED = (3, 11)


def stop(message):
    sys.exit("huixiang: " + message)


def check_python():
    """Say it in one line when this Python cannot do it.

    This file itself must parse on older ones.
    """
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            "Python 3.11 or newer is needed, this is %s. Name another one: make PYTHON=python3.11 …"  # noqa: UP031
            % found
        )
    # Debian takes both out of Python.
    if not all(map(find_spec, ("ensurepip", "venv"))):
        stop("this Python has no venv module. On Debian or Ubuntu: apt install python3-venv")


def fingerprint():
    """Changes with the pinned lists and with the Python that made the environment."""
    digest = hashlib.sha256(sys.version.encode())
    for name in LISTS:
        with open(os.path.join(BASE_DIR, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def run(command, what):
    done = subprocess.run(
        command,
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        stop("%s failed: %s" % (what, lines[-1] if lines else "no output"))  # noqa: UP031


def works(python):
    """False for an environment that was moved or whose Python was removed."""
    try:
        return (
            subprocess.run(
                [python, "-c", "import pip"], capture_output=True, check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


def install(folder):
    python = os.path.join(folder, "bin", "python")
    started = time.monotonic()
    if not works(python):
        print("Making the Python environment …", flush=True)
        run([sys.executable, "-m", "venv", "--clear", folder], "making .venv")
    print("Installing the pinned packages (first time: about a minute) …", flush=True)
    lists = [part for name in LISTS for part in ("-r", name)]
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "install", "-q", *lists], "installing the requirements")
    print("Installed in %.0f s." % (time.monotonic() - started), flush=True)


def main():
    check_python()
    folder = os.path.join(BASE_DIR, ".venv")
    stamp = os.path.join(folder, "installed")
    with open(os.path.join(BASE_DIR, "manage.py")) as lock:
        # Two make runs at once: the second waits and then finds the stamp. Any file of the project
        # serves as lock.
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint()
        if os.path.exists(stamp) and works(os.path.join(folder, "bin", "python")):
            with open(stamp) as file:
                if file.read() == wanted:
                    return
        install(folder)
        with open(stamp, "w") as file:
            file.write(wanted)


if __name__ == "__main__":
    main()
