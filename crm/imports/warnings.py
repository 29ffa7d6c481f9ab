"""Values that rows came without, since nobody could understand them."""

from dataclasses import dataclass, field

#: Lines that are named for each kind of warning.
NAMED = 20


@dataclass
class Warnings:
    """What rows came without: ``lines`` are the first of each (field, reason), ``counts`` how many
    there are.
    """

    lines: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, line: int, warned: list[tuple[str, str]]) -> None:
        """Note what the row of that line came without, and empty the list.

        ``warned``: (field, reason) of each; twenty lines of each are named.
        """
        for about in warned:
            self.counts[about] = self.counts.get(about, 0) + 1
            named = self.lines.setdefault(about, [])
            if len(named) < NAMED:
                named.append(line)
        warned.clear()

    def to_json(self) -> list[dict]:
        """One entry for each field and reason, as an import's report stores it.

        Sorted by both; see ``warnings_in_words``.
        """
        return [
            {
                "field": name,
                "reason": reason,
                "rows": count,
                "lines": self.lines[name, reason],
            }
            for (name, reason), count in sorted(self.counts.items())
        ]
