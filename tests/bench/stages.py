"""How many seconds each part of a piece of work takes, for a benchmark to print."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import perf_counter
from typing import Any

#: A function by where it is looked up, and what the part that it does is called.
Part = tuple[Any, str, str]


class Stages:
    """Seconds by the name of a part. No part may call another."""

    def __init__(self):
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def watched(self, parts: list[Part]) -> Iterator[None]:
        """Inside the block the functions of ``parts`` are timed; they do what they always do."""
        usual = [getattr(owner, name) for owner, name, _part in parts]
        for (owner, name, part), function in zip(parts, usual, strict=True):
            setattr(owner, name, self._timed(function, part))
        try:
            yield
        finally:
            for (owner, name, _part), function in zip(parts, usual, strict=True):
                setattr(owner, name, function)

    def _timed(self, function: Callable, part: str) -> Callable:
        @wraps(function)
        def timed(*arguments, **named):
            started = perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.seconds[part] += perf_counter() - started

        return timed

    def told(self, total: float) -> str:
        """ "checking 3.1 s, writing 4.0 s, else 0.2 s" of ``total`` seconds, in the order in which
        the parts came to an end.
        """
        said = [f"{part} {seconds:.1f} s" for part, seconds in self.seconds.items()]
        said.append(f"else {total - self.seconds.total():.1f} s")
        return ", ".join(said)
