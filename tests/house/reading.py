"""What a name in a source file stands for, whatever the file calls it."""

import ast
from functools import cache


@cache
def nodes_of(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of a tree, as ``ast.walk`` gives them: walked once for all rules that ask."""
    return tuple(ast.walk(tree))


@cache
def imported_names(tree: ast.AST) -> dict[str, str]:
    """``{name in the file: full dotted name}`` of everything a file imports, wherever in it."""
    found = {}
    for node in nodes_of(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                # ``import a.b`` makes the name a, ``import a.b as c`` the name c.
                first = alias.name.split(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
    return found


def full_name(node: ast.AST, names: dict[str, str]) -> str:
    """``django.db.models.signals`` of ``models.signals``; empty for whatever is no dotted name.

    ``names`` are the file's imported names; a name that is not among them stays as it is.
    """
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        left = full_name(node.value, names)
        return f"{left}.{node.attr}" if left else ""
    return ""
