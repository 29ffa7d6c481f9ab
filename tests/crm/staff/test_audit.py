"""Audit actions are one enumeration with words in both languages."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from analytics.loop.actions.deciding import RECORDED_AS
from analytics.loop.models import Decision
from crm.staff.words import AuditAction, in_words

APPS = ["crm", "campaigns", "feedback", "analytics", "demo"]


def recorded_actions():
    """(place, the expression given as ``action``) of every call of ``audit.record``."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    [action] = [word.value for word in node.keywords if word.arg == "action"]
                    yield f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}", action


def is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def test_every_record_names_a_member_and_no_string():
    found = list(recorded_actions())
    literal = [place for place, action in found if any(is_text(part) for part in ast.walk(action))]
    assert len(found) > 60
    assert literal == []


def test_every_member_is_recorded_somewhere():
    """A code that nothing writes any more stays only as long as rows of it may exist.

    A migration imports no code that may change after it, so it writes the code out.
    """
    written = set()
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            is_migration = path.parent.name == "migrations"
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "AuditAction":
                    written.add(node.attr)
                if is_migration and is_text(node) and node.value in AuditAction.values:
                    written.add(AuditAction(node.value).name)
    assert set(AuditAction.names) - written == set()


def test_every_verdict_has_its_action():
    assert set(RECORDED_AS) == set(Decision.Verdict)


@pytest.mark.parametrize("action", AuditAction)
def test_every_member_has_a_label_with_its_chinese(action):
    with translation.override("en"):
        english = in_words(action)
    with translation.override("zh-hans"):
        chinese = in_words(action)

    assert english.isascii() or "·" in english
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
    assert english != chinese


def test_codes_fit_the_column_and_say_what_they_did_in_0_1():
    assert max(map(len, AuditAction.values)) <= 60
    with translation.override("en"):
        assert in_words("reader.view") == "Reader · page viewed"
        assert in_words("sign-in") == "Sign-in"
        assert in_words("something.old") == "something.old"
    with translation.override("zh-hans"):
        assert in_words("segment.pin").endswith(" · 手动指定")
