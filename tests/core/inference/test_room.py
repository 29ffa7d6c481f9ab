"""What the room may know of: numbers, and the house's own intervals."""

from tests.house.test_architecture import imported_by, sources
from tests.house.test_dependencies import top_names

#: Beside Python's own modules.
KNOWN = {"numpy", "scipy", "statsmodels", "core", "operator"}
PURE = {
    "collections",
    "dataclasses",
    "decimal",
    "fractions",
    "functools",
    "math",
    "numbers",
    "operator",
}


def test_the_statistics_know_numbers_alone():
    files = sources("core/inference")
    assert len(files) > 8
    for path in files:
        assert top_names(path) <= KNOWN | PURE | {"operator"}, path.name
        ours = {name for name in imported_by(path) if not name.startswith("core.inference")}
        assert ours <= {"core.estimates"}, path.name
