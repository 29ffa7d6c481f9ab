"""Audit actions are one enumeration with words in both languages."""

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from analytics.loop.actions.deciding import RECORDED_AS
from analytics.loop.models import Decision
from campaigns.plan.models import Campaign
from crm.imports.counts import ImportCounts, UndoneImport
from crm.staff.details import NAMES, Details, thing_in_words
from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction, in_words
from tests.crm.staff.door import (
    PASSWORD,
    account,
    api_token,
    attempt,
    code,
    guess_code,
    let_lock_end,
    with_second_factor,
)

APPS = ["crm", "campaigns", "feedback", "analytics", "demo"]


def recordings():
    """(place, call) of every call of ``audit.record``."""
    for app in APPS:
        for path in sorted((Path(settings.BASE_DIR) / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    yield f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}", node


def recorded_actions():
    """(place, the expression given as ``action``) of every call of ``audit.record``."""
    for place, call in recordings():
        [action] = [word.value for word in call.keywords if word.arg == "action"]
        yield place, action


def is_text(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def test_every_record_names_a_member_and_no_string():
    found = list(recorded_actions())
    literal = [place for place, action in found if any(is_text(part) for part in ast.walk(action))]
    assert len(found) > 60
    assert literal == []


def codes_in(text: str) -> Iterator[str]:
    """Names of the actions that a text of a migration is, or quotes in a statement."""
    for action in AuditAction:
        if text == action.value or f"'{action.value}'" in text:
            yield action.name


#: Of closed days that had a register of their own: rows of the trail say so.
OF_OLD = {"CLOSED_DROP", "CLOSED_NOTE"}


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
                if is_migration and is_text(node):
                    written |= set(codes_in(node.value))
    assert set(AuditAction.names) - written == OF_OLD


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


# --- signing in and out ---------------------------------------------------------------------------
def details(action: str) -> list[dict]:
    return list(
        AuditEvent.objects.filter(action=action).order_by("pk").values_list("detail", flat=True)
    )


@pytest.mark.django_db
def test_sign_in_says_with_which_factors_and_sign_out_stands_beside_it():
    ann = with_second_factor(account("Ann", "ann@example.org"))
    client = Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    answer = client.post(reverse("account_logout"))

    assert details("sign-in") == [{"factors": ["password", "totp"]}]
    assert AuditEvent.objects.get(action="sign-out").user == ann
    # Its drafts go by the script, and not what others kept in the browser (tests/journeys).
    assert "Clear-Site-Data" not in answer
    assert answer.cookies["signed-out"].value == str(ann.pk)
    assert "sessionid" not in client.cookies or client.cookies["sessionid"].value == ""

    api_token(username="Ann", password=PASSWORD, code=code(1))
    assert details("api.sign-in") == [{"factors": ["password", "totp"]}]


@pytest.mark.django_db
def test_wrong_entries_are_written_down_and_fill_no_table():
    ann = with_second_factor(account("Ann", "ann@example.org"))
    attempt(Client(), password="wrong")
    guess_code()

    assert details("sign-in.failed") == [{"factor": "password"}, {"factor": "code"}]
    failed = AuditEvent.objects.filter(action="sign-in.failed")
    assert {event.object_id for event in failed} == {str(ann.pk)}

    for round_ in range(4):
        for _try in range(5):
            attempt(Client(), password="wrong", address=f"10.0.{round_}.1")
        let_lock_end()
    assert failed.all().count() == 5

    for number in range(90):
        attempt(Client(), name=f"nobody{number}", address=f"10.1.{number}.1")
    assert failed.filter(object_id="").count() == 60


def test_details_are_said_in_words_and_nothing_is_left_out(db):
    detail = {"factors": ["password", "totp"], "en": "", "zh": "总馆", "by_api": True}
    with translation.override("zh-hans"):
        said = Details().in_words(detail)
    assert said == ["凭：密码、验证器应用", "中文：总馆", "经数据接口：是"]


def test_codes_and_columns_are_said_in_words(db):
    """In 0.1 the trail said "response_rate", "send_hour" and "campaigns.campaign 3"."""
    details = Details()
    with translation.override("en"):
        standard = {"metric": "response_rate", "channel": "email", "kind": "goal"}
        assert details.in_words(standard, "campaigns.campaign") == [
            "figure: Response rate, %",
            "channel: E-mail",
            "kind: goal",
        ]
        assert details.in_words({"fields": ["send_hour"]}, "campaigns.campaign") == [
            f"fields: {Campaign._meta.get_field('send_hour').verbose_name}"
        ]
        assert details.in_words({"kind": "activities"}) == ["kind: What readers did, row by row"]
        assert details.in_words({"purpose": "events", "source": "staff"}) == [
            "purpose: Events and calls",
            "source: at the desk",
        ]
        amounts = {"target": "2511.0", "before": 2000.0, "kind": "notice"}
        assert details.in_words(amounts, "crm.letter") == [
            "target: 2,511",
            "before: 2,000",
            "kind: Notice",
        ]
        assert details.in_words({"kind": "crm.check_import"}, "crm.job") == []
        assert details.in_words({"sha256": "a" * 64}) == [f"fingerprint: {'a' * 12}…"]
        assert thing_in_words("campaigns.campaign", "3") == "Campaign 3"
        assert thing_in_words("gone.model", "3") == "gone.model 3"


def test_words_of_many_rows_ask_for_the_codes_once(db, django_assert_num_queries):
    details = Details()
    with django_assert_num_queries(1):
        for _row in range(3):
            details.in_words({"channel": "email"})


#: Said by every row, in columns of their own.
OF_EVERY_ROW = {"action", "by", "on", "address"}
#: What is handed on as a dictionary, by name.
HANDED_ON = {
    *(field.name for counts in (ImportCounts, UndoneImport) for field in fields(counts)),
    "rows",
    "entered",
    "left",
    "failed",
}


def keywords_of_the_trail() -> set[str]:
    """What the sources write down beside an action, by name."""
    found = set(HANDED_ON)
    for _place, call in recordings():
        found |= {keyword.arg for keyword in call.keywords if keyword.arg}
    return found - OF_EVERY_ROW


def test_every_detail_that_is_written_down_has_a_name_for_people():
    """In 0.1 "unchanged: 3" and "form: html" stood on a Chinese page."""
    assert keywords_of_the_trail() - NAMES.keys() == set()
    with translation.override("zh-hans"):
        assert [name for name in NAMES if str(NAMES[name]).isascii()] == []
