"""What every function of the room says of numbers it cannot work with."""


def require(is_so: bool, words: str) -> None:
    """ValueError with these words where it is not so."""
    if not is_so:
        raise ValueError(words)
