"""What tells a program from a person in a public form."""

import time

import pytest

from core import traps


@pytest.mark.parametrize("seconds", [3, 60, 86_400 * 30])
def test_person_who_took_their_time_is_not_suspected(seconds):
    assert traps.suspicion("", traps.stamp(time.time() - seconds)) == ""


@pytest.mark.parametrize(
    ("unseen", "stamped", "why"),
    [
        ("http://spam.example", traps.stamp(0), "honeypot"),
        ("", "", "unread"),
        ("", "1700000000", "unread"),
        ("", f"{traps.stamp(0)}x", "unread"),
        ("", "x:y:z", "unread"),
        ("", traps.stamp(time.time() + 3600), "fast"),
    ],
    # A stamp tells the second it was made in, so it cannot name a test in two processes.
    ids=["filled", "empty", "unsigned", "tampered", "foreign", "tomorrow"],
)
def test_program_is_known_by_what_it_fills_in_and_leaves_out(unseen, stamped, why):
    assert traps.suspicion(unseen, stamped) == why
