"""Scripts of several files, joined into one when files are collected.

A script that pages name as a module may consist of others, as ``import "./theme.js";``. Where
nothing was collected a browser follows these lines itself; a page of an installation fetches one
file.
"""

import re
from collections.abc import Callable

IMPORT = re.compile(r"""^import "\./(?P<name>[\w.-]+)";\n""", re.MULTILINE)
#: A line that is a comment and nothing else.
COMMENT_LINE = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
#: What only a module of its own may say.
OF_A_MODULE = re.compile(r"^(?:import|export)\b", re.MULTILINE)


class ScriptError(ValueError):
    """A script that cannot be joined, and why."""


def joined(name: str, read: Callable[[str], str]) -> str:
    """The script ``name`` with every script it imports in the place of the import.

    ``read`` gives the text of a script by its name below the root of static files, and raises
    FileNotFoundError. Each keeps its names to itself. ScriptError where a script is not there, and
    where one that is imported imports or exports something itself.
    """
    folder = name.rpartition("/")[0]

    def block_of(found: re.Match) -> str:
        """The imported script, in braces."""
        imported = f"{folder}/{found['name']}"
        return f"{{\n{text_of(imported, name, read)}}}\n"

    return IMPORT.sub(block_of, read(name))


def text_of(imported: str, name: str, read: Callable[[str], str]) -> str:
    """A script that ``name`` imports; ScriptError as of ``joined``."""
    try:
        text = read(imported)
    except FileNotFoundError as error:
        raise ScriptError(f"{name} imports {imported}, which is not there") from error
    if OF_A_MODULE.search(text):
        raise ScriptError(f"{name} imports {imported}, which imports or exports something itself")
    return text


def lean(text: str) -> str:
    """The script without the lines that are comments and nothing else."""
    return COMMENT_LINE.sub("", text)
