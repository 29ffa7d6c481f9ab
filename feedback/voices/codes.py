"""Codes that people read aloud and type in."""

import secrets

#: No 0/O, 1/I/L: a reference is read aloud at the desk.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code(length: int) -> str:
    """A random code of ``length`` letters and digits, not to be guessed."""
    # ``random`` could be foretold from codes that were seen; these open conversations.
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
