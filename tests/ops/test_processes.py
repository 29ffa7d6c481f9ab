"""Programs run to their end, and what is asked of processes."""

import os
import sys

import pytest

from ops.servers import processes
from ops.servers.processes import LocalError


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; print('a'); sys.exit('first\\nlast')", "last"),
        ("import sys; print('only output'); sys.exit(2)", "only output"),
        ("import sys; sys.exit(3)", "exit code 3"),
    ],
)
def test_failure_says_the_program_s_own_last_words(program, said):
    with pytest.raises(LocalError) as failure:
        processes.run([sys.executable, "-c", program])
    assert str(failure.value) == f"{os.path.basename(sys.executable)}: {said}"


def test_waiting_ends_with_the_condition_or_with_the_time():
    assert processes.wait_until(lambda: True, 60)
    assert not processes.wait_until(lambda: False, 0.05)


def test_pid_file_of_a_program_that_is_gone_is_removed(tmp_path):
    path = tmp_path / "x.pid"
    assert processes.pid_in(path, "python") is None

    path.write_text("no number")
    assert processes.pid_in(path, "python") is None

    path.write_text(str(os.getpid()))
    assert processes.pid_in(path, "no-such-program") is None
    assert not path.exists()
