"""What rooms say in a module that each may have: its holds, its terms, its grants."""

from collections.abc import Iterable, Iterator
from importlib import import_module


def said_by(rooms: Iterable[str], module: str, name: str) -> Iterator:
    """Everything that these rooms list under ``name`` in their ``module``, in their order.

    Each room has the module and need not have the list.
    """
    for room in rooms:
        yield from getattr(import_module(f"{room}.{module}"), name, [])
