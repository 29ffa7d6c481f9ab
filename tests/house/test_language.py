"""How pages speak: one way to address the reader, full-width marks in Chinese, names for models."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import gettext, override, pgettext

from core.holds import account_holds
from ops import borrowing, messages
from tests.house.rooms import APPS

ROOT = Path(__file__).resolve().parents[2]
CHINESE = r"[\u4e00-\u9fff]"
#: A half-width mark that touches a Chinese character on one side at least.
HALF_WIDTH = re.compile(rf"{CHINESE} ?[,:;?!](?=[ {CHINESE[1:-1]}%]|$)|[(]{CHINESE}|{CHINESE}[)]")
CATALOGUES = [messages.ROOT, messages.BORROWED, *messages.APPS]
#: Files whose Chinese is shown or mailed.
SPOKEN = {".py", ".html", ".txt", ".po"}


def chinese_of(app: str) -> list[str]:
    """Every Chinese text of one catalogue, also each form of a plural."""
    found = []
    for message in messages.read(app):
        forms = message.string
        if isinstance(forms, str):
            forms = [forms]
        # The head of a catalogue is a message without a text.
        if message.id:
            found += forms
    return found


@pytest.mark.parametrize("app", CATALOGUES)
def test_no_half_width_mark_stands_in_a_chinese_sentence(app):
    """In 0.1 commas and colons of English stood between Chinese characters."""
    assert [text for text in chinese_of(app) if HALF_WIDTH.search(text)] == []


def test_readers_are_addressed_in_one_way():
    """In 0.1 some pages said 您 and others 你."""
    wrong = []
    for folder in (*APPS, "core", "config", "demo", "ops", "templates", "locale"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SPOKEN and "您" in path.read_text(encoding="utf-8"):
                wrong.append(str(path.relative_to(ROOT)))
    # The one that takes it out of the texts of packages has to name it.
    assert wrong == ["ops/borrowing.py"]


def test_texts_of_packages_say_it_as_we_do():
    """Sign-in, second factor and reset are pages and mails of packages, which say 您."""
    wrong = []
    with override("zh-hans"):
        for path in borrowing.catalogues():
            if "admin" in path.parts:
                continue
            for theirs in chinese_in(path):
                if "您" in gettext(theirs):
                    wrong.append(theirs)
    assert wrong == []


def chinese_in(path: Path) -> list[str]:
    """The English of every text of a compiled catalogue that is no plural and has no context."""
    with path.open("rb") as file:
        catalogue = borrowing.read_mo(file)
    plain = [message for message in catalogue if isinstance(message.id, str) and message.id]
    return [message.id for message in plain if not message.context]


def test_catalogue_of_borrowed_texts_is_the_one_the_packages_ask_for():
    stored = by_text(messages.read(messages.BORROWED))
    wanted = by_text(borrowing.borrowed())
    assert stored == wanted


def by_text(catalogue) -> dict[str, list[str]]:
    """{English: each form in Chinese}, without the catalogue's head."""
    found = {}
    for message in catalogue:
        forms = message.string
        if message.id:
            found[borrowing.key_of(message)] = [forms] if isinstance(forms, str) else list(forms)
    return found


@pytest.mark.parametrize(
    "model",
    [model for model in apps.get_models() if model._meta.app_label in APPS],
    ids=lambda model: model._meta.label,
)
def test_every_model_has_a_name_for_one_and_for_many_in_both_languages(model):
    """In 0.1 the admin spoke of "Import batchs" and, on Chinese pages, of "audit events"."""
    names = (model._meta.verbose_name, model._meta.verbose_name_plural)
    with override("en"):
        english = [str(name) for name in names]
    with override("zh-hans"):
        chinese = [str(name) for name in names]
    assert not english[1].endswith(("chs", "sss", "ys "))
    # What Django makes of the class by itself is no name.
    assert "verbose_name" in model._meta.original_attrs
    assert "verbose_name_plural" in model._meta.original_attrs
    assert [text for text in chinese if not re.search(CHINESE, text)] == []


def test_one_word_for_a_manager():
    """In 0.1 the same role was 馆长 here and 主管 there."""
    for app in CATALOGUES:
        texts = [text for text in chinese_of(app) if "主管" in text and "主管部门" not in text]
        assert texts == []


#: Words that we do not use, and ours in their place (docs/glossary.md).
NOT_OURS = {
    "账户": "账号",
    "帐户": "账号",
    "帐号": "账号",
    "双因素": "两步验证",
    "追踪": "跟踪",
    "钥匙": "密钥",
    "Email": "邮箱",
    "电子邮件地址": "邮箱",
    "恢复代码": "恢复码",
}


@pytest.mark.parametrize("app", CATALOGUES)
def test_one_word_for_one_thing(app):
    """An account was 账号, 账户 and 帐户 on one way through sign-in; links were 追踪 and 跟踪."""
    wrong = [text for text in chinese_of(app) if any(word in text for word in NOT_OURS)]
    assert wrong == []


def test_pages_of_packages_have_our_words():
    """What is not borrowed is said by the packages themselves."""
    wrong = []
    with override("zh-hans"):
        for path in borrowing.catalogues():
            if "allauth" not in path.parts:
                continue
            for theirs in chinese_in(path):
                said = gettext(theirs)
                if any(word in said for word in NOT_OURS) and said != theirs:
                    wrong.append(said)
    assert wrong == []


def test_codes_of_the_second_factor_and_of_a_voice_are_two_words():
    """One text without a context called both 查询码."""
    with override("zh-hans"):
        assert gettext("Code") == "验证码"
        assert pgettext("voice", "Code") == "查询码"


def test_account_is_shown_first():
    assert account_holds()[0].model == "crm.User"
