"""Codes that people read aloud and type in."""

import secrets

from core.characters import tidy

#: What every reference begins with, and how many letters and digits follow.
PREFIX, LENGTH = "HX-", 6
#: No 0/O, 1/I/L: a reference is read aloud at the desk.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code(length: int) -> str:
    """A random code of ``length`` letters and digits, not to be guessed."""
    # ``random`` could be foretold from codes that were seen; these open conversations.
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_reference() -> str:
    """The number of a voice, which may be said aloud: "HX-2T2V9Q"."""
    return PREFIX + new_code(LENGTH)


def reference_of(typed: str) -> str:
    """A reference as it was given out; its first two letters may be left away."""
    letters = given_out(typed)
    # The letters that follow may begin with the same two.
    if len(letters) > LENGTH:
        letters = letters.removeprefix(given_out(PREFIX))
    return PREFIX + letters


def given_out(typed: str) -> str:
    """A code without what people type around and between its letters, in capitals.

    "kuv4 jwaq。" is KUV4JWAQ: blanks, dashes and stops of any width are no part of a code.
    """
    return "".join(filter(str.isalnum, tidy(typed))).upper()
