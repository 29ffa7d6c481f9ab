# -*- coding: utf-8 -*-
"""From a bare Python to ``.venv`` with everything pinned.

Run by make as a plain file, standard library only. It must parse on Python 2.7 and 3.6 too, so
that they can be told in one line that they are too old: no f-strings, no annotations, no unpacking
in lists.
"""

from __future__ import print_function

import fcntl
import hashlib
import importlib
import os
import subprocess
import sys
import tempfile
import time

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LISTS = ("requirements.txt", "requirements-dev.txt")
NEEDED = (3, 11)
#: Whoever waits at a terminal hears something at least this often, in seconds.
TELL_EVERY = 5
LONGEST_LINE = 72


def stop(message):
    """Ends the command with the message on the error stream and the exit code 1."""
    sys.exit("huixiang: " + message)


def check_python():
    """Say it in one line when this Python cannot do it.

    This file itself must parse on older ones.
    """
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(
            "Python 3.11 or newer is needed, this is %s. Name another one: make PYTHON=python3.11 …"
            % found
        )
    # Python 2 has no such module: it is asked for only now that this is known to be another.
    find_spec = importlib.import_module("importlib.util").find_spec
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


def say(text):
    """Prints at once: whoever waits sees which step takes its time."""
    print(text, flush=True)


def run_telling(command, doing, every=TELL_EVERY, tell=say, **options):
    """Run a program to its end and say every few seconds that it still works.

    ``doing()`` gives the words; the seconds so far are added. Returns the exit code.
    """
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=BASE_DIR, **options)
    try:
        while True:
            try:
                return process.wait(timeout=every)
            except subprocess.TimeoutExpired:
                tell("  … %s (%.0f s)" % (doing(), time.monotonic() - started))
    except BaseException:
        # Whoever stops us does not wait for the end of it.
        process.kill()
        process.wait()
        raise


def last_line(path):
    """The last line with text that a program wrote into a file, or an empty string.

    Read as UTF-8; bytes that are none become signs for them. White space around it is left out.
    """
    last = ""
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip():
                last = line.strip()
    return last


def run(command, what, every=TELL_EVERY, tell=say):
    """Run a program to its end, saying now and then what it does; stop here when it fails."""

    def doing():
        """The last line that the running command wrote, cut to the width of a terminal."""
        return last_line(output.name)[:LONGEST_LINE] or what

    # Not a pipe: one that nobody empties while we wait would hold the program up.
    with tempfile.NamedTemporaryFile() as output:
        code = run_telling(command, doing, every, tell, stdout=output, stderr=subprocess.STDOUT)
        if code:
            stop("%s failed: %s" % (what, last_line(output.name) or "no output"))


def works(python):
    """False for an environment that was moved or whose Python was removed."""
    try:
        done = subprocess.run([python, "-c", "import pip"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def install(folder):
    """Make the environment in ``folder`` where there is none, and put the pinned packages in."""
    python = os.path.join(folder, "bin", "python")
    started = time.monotonic()
    if not works(python):
        say("Making the Python environment …")
        run([sys.executable, "-m", "venv", "--clear", folder], "making .venv")
    say("Installing the pinned packages (first time: about a minute) …")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
    pip += ["install", "--progress-bar", "off"]
    for name in LISTS:
        pip += ["-r", name]
    run(pip, "installing the requirements")
    say("Installed in %.0f s." % (time.monotonic() - started))


def take_turn(file):
    """Two make runs at once: the second waits here, and then finds the work done."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another make prepares the Python environment; waiting for it …")
        fcntl.flock(file, fcntl.LOCK_EX)


def is_installed(folder, wanted):
    """True where the environment works and was made of the lists ``wanted`` stands for.

    ``wanted`` is compared with the file ``installed``, written when the environment was complete.
    """
    stamp = os.path.join(folder, "installed")
    if not os.path.exists(stamp) or not works(os.path.join(folder, "bin", "python")):
        return False
    with open(stamp) as file:
        return file.read() == wanted


def main():
    """Installs what is pinned, once: two commands at the same time take turns."""
    check_python()
    folder = os.path.join(BASE_DIR, ".venv")
    # Any file of the project serves as lock.
    with open(os.path.join(BASE_DIR, "manage.py")) as lock:
        take_turn(lock)
        wanted = fingerprint()
        if is_installed(folder, wanted):
            return
        install(folder)
        with open(os.path.join(folder, "installed"), "w") as file:
            file.write(wanted)


if __name__ == "__main__":
    main()
