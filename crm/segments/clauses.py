"""Conditions of one statement, gathered with their parameters."""


class Clauses:
    """Conditions that all hold, with their parameters in order."""

    def __init__(self):
        self.clauses: list[str] = []
        self.params: list = []

    def add(self, clause: str, *params) -> None:
        """One more condition of the statement, and what its places are filled with."""
        self.clauses.append(clause)
        self.params += params

    @property
    def text(self) -> str:
        """All conditions joined; "TRUE" where there are none."""
        return " AND ".join(self.clauses) or "TRUE"
