"""What the source alone says about numbers of persons: templates and serializers."""

import re
from importlib import import_module
from pathlib import Path

from rest_framework import serializers

from core.api import CountField

BASE_DIR = Path(__file__).resolve().parents[2]
FILTER_DECIDES = re.compile(r"\|\s*people\b")
PERSONS = r"readers|members|voices|submissions|works|deliveries|responses|answers|persons"
COUNTED_IN_TEMPLATE = re.compile(rf"\b(?:{PERSONS})(?:\|length\b|\.count\b)")
PERSON_FIELD = re.compile(
    r"^(n|k|size|entered|left|readers|members|persons|responses|responded|answers|answered|sent|"
    r"clicked|reach|reached|addressed|voices|works|contributors|treated|holdout|others|delivered|"
    r"treated_active|holdout_active)$"
)
NUMBERS = (serializers.IntegerField, serializers.FloatField)


def templates() -> list[Path]:
    return sorted((BASE_DIR / "templates").rglob("*.html"))


def test_no_template_filter_decides_about_privacy():
    deciding = set()
    for path in templates():
        if FILTER_DECIDES.search(path.read_text()):
            deciding.add(str(path.relative_to(BASE_DIR / "templates")))
    assert sorted(deciding) == []


def test_no_template_counts_persons_itself():
    counting = []
    for path in templates():
        if COUNTED_IN_TEMPLATE.search(path.read_text()):
            counting.append(str(path.relative_to(BASE_DIR / "templates")))
    assert counting == []


def serializer_classes() -> list[type]:
    """Every serializer of the four apps."""
    for app in ("crm", "campaigns", "feedback", "analytics"):
        for path in sorted((BASE_DIR / app).rglob("api.py")):
            import_module(".".join(path.relative_to(BASE_DIR).with_suffix("").parts))
    found, waiting = [], [serializers.Serializer]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if child.__module__.split(".")[0] in {"crm", "campaigns", "feedback", "analytics"}:
                found.append(child)
    return found


def test_serializers_take_nothing_but_counts_for_persons():
    wrong, counts = set(), set()
    for serializer in serializer_classes():
        for name, field in serializer().fields.items():
            if isinstance(field, CountField):
                counts.add(name)
            elif PERSON_FIELD.match(name) and isinstance(field, NUMBERS):
                wrong.add(f"{serializer.__module__}.{serializer.__name__}.{name}")

    assert sorted(wrong) == []
    # The walk reached serializers that do count persons.
    assert counts >= {"size", "n"}
