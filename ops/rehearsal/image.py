"""Reading a Dockerfile and the list of what its build does not see."""

import fnmatch
import json
import shlex
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ops.servers.processes import LocalError

#: Instructions the rehearsal can execute or may note. Any other is refused: a command that the
#: rehearsal passed over in silence would be one that nobody has tried.
KNOWN = frozenset({"FROM", "ENV", "WORKDIR", "RUN", "COPY", "USER", "VOLUME", "EXPOSE", "CMD"})


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name in capitals, what follows it, and its line in the file."""

    name: str
    text: str
    line: int

    def words(self) -> list[str]:
        """The line as a shell would take it apart.

        ValueError for a quotation mark that is not closed.
        """
        return shlex.split(self.text)

    def pairs(self) -> dict[str, str]:
        """Of ENV: the variables it sets."""
        pairs = {}
        for word in self.words():
            name, _equals, value = word.partition("=")
            pairs[name] = value
        return pairs

    def command(self) -> list[str]:
        """Of CMD: the program and its arguments, which stand there as JSON.

        JSONDecodeError for a command that is written for a shell.
        """
        return json.loads(self.text)


def instructions_of(text: str) -> list[Instruction]:
    """The instructions in their order; LocalError for one that the rehearsal does not know.

    Names in capital letters; the number of the line is that of its first one. Comments are left
    out.
    """
    found = []
    for number, line in _joined_lines(text):
        name, _space, rest = line.partition(" ")
        if name.upper() not in KNOWN:
            raise LocalError(f"Dockerfile, line {number}: the rehearsal cannot do {name}")
        found.append(Instruction(name.upper(), rest.strip(), number))
    return found


def _joined_lines(text: str) -> list[tuple[int, str]]:
    """Lines without comments, those that end in a backslash joined; each with its first number."""
    joined = []
    begun, first = "", 0

    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        if not begun:
            first = number
        begun += line.strip()
        if begun.endswith("\\"):
            begun = begun[:-1]
        else:
            joined.append((first, begun))
            begun = ""

    return joined


def context(folder: Path, tracked: list[str]) -> list[str]:
    """Those of the ``tracked`` files that a build would be given: all but what .dockerignore
    names.

    In the order of ``tracked``. OSError where the folder has no .dockerignore.
    """
    patterns = patterns_of((folder / ".dockerignore").read_text())
    return [name for name in tracked if not is_ignored(name, patterns)]


def patterns_of(text: str) -> list[str]:
    """The lines of a .dockerignore that say something.

    Comments and empty lines are left out; white space around a pattern is, too.
    """
    patterns = []
    for line in text.splitlines():
        is_comment = line.startswith("#")
        pattern = line.strip()
        if pattern and not is_comment:
            patterns.append(pattern)
    return patterns


def is_ignored(name: str, patterns: list[str]) -> bool:
    """True when a pattern names the file or a folder above it.

    Patterns as Docker has them, without exceptions (``!``), which the house's file does not use.
    """
    path = PurePosixPath(name)
    return any(_names(pattern, path) for pattern in patterns)


def _names(pattern: str, path: PurePosixPath) -> bool:
    """As ``is_ignored``, of one pattern; ``**/`` at its start means: in any folder."""
    candidates = [str(path), *map(str, path.parents)]
    if pattern.startswith("**/"):
        pattern = pattern.removeprefix("**/")
        candidates = path.parts

    return any(fnmatch.fnmatchcase(candidate, pattern) for candidate in candidates)
