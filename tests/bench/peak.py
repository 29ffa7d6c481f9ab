"""Run a command and print the most memory that it took, in kilobytes: python peak.py COMMAND …

Run by its path, as a small process of its own: Linux gives a child the peak of the process that
forked it, which would be that of a whole benchmark.
"""

import os
import subprocess
import sys


def peak_kilobytes(command: list[str]) -> int:
    """Peak resident memory of the command; what it prints goes to where errors go. Ends this
    process, with the code of the command, where that is not 0.
    """
    process = subprocess.Popen(command, stdout=sys.stderr)
    _pid, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    # The command has been waited for already.
    process.returncode = code
    if code:
        sys.exit(code)
    return usage.ru_maxrss


if __name__ == "__main__":
    print(peak_kilobytes(sys.argv[1:]))
