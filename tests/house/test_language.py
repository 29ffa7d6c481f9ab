"""How pages speak: one way to address the reader, full-width marks in Chinese, names for models."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.translation import gettext, override, pgettext

from campaigns.sending.models import STATES, DeliveryState
from core.holds import account_holds
from crm.letters.models import LetterState
from ops import borrowing, messages
from tests.factories import DeliveryFactory
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


TEMPLATES = ROOT / "templates"
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
BLOCK = re.compile(
    r"{%\s*blocktranslate\b(?P<given>[^%]*)%}(?P<text>.*?){%\s*endblocktranslate\s*%}", re.DOTALL
)
TRANSLATE = re.compile(r'{%\s*translate "(?P<text>[^"]*)"(?P<given>.*?)%}')
#: What a text may go on through: words that stand out in it, and blocks that show it or not.
CONDITION = re.compile(r"{%\s*(?:if|endif|with|endwith|load)\b.*?%}")
OTHER_TAG = re.compile(r"{%.*?%}", re.DOTALL)
OUTSIDE_OF_TEXT = re.compile(r"<(?!/?(?:span|b|strong|em|i|a|time|code|abbr)\b)[^>]*>")
#: A message, a value, and what breaks off the text, each as one letter that no page has.
MESSAGE, VALUE, BREAK = "\x01", "\x02", "\x03"
#: Between them only space, or on the same line tags too: a label above its value is no sentence.
INLINE = r"(?:\s*|(?: |<[^>\n]*>)*)"
#: A value that stands out goes on with the line above it.
STANDING_OUT = r"\s*<(?:a|b|code|strong|time)\b[^>]*>\s*"
GLUED = re.compile(
    rf"{MESSAGE}{INLINE}{VALUE}|{MESSAGE}{STANDING_OUT}{VALUE}|{VALUE}{INLINE}{MESSAGE}"
)


def as_letter(found: re.Match) -> str:
    """A message as one letter; a break where it is a whole sentence, or is kept for later."""
    if re.search(r"\bas(?:var)? \w+", found["given"]):
        return BREAK
    if found["text"].strip().endswith((".", "?", "!")):
        return BREAK
    return MESSAGE


def glued_in(template: str) -> list[str]:
    """Where a message and a value are put beside each other in one running text."""
    text = COMMENT.sub("", template)
    text = TRANSLATE.sub(as_letter, BLOCK.sub(as_letter, text))
    text = re.sub(r"{{.*?}}", VALUE, text)
    text = OTHER_TAG.sub(BREAK, CONDITION.sub("", text))
    found = []
    for running in OUTSIDE_OF_TEXT.split(text):
        found += [one[0] for one in GLUED.finditer(running)]
    return found


@pytest.mark.parametrize(
    ("template", "is_glued"),
    [
        ('<p>{% translate "satisfaction" %} {{ n }}</p>', True),
        ('<b>{{ change }}</b> {% translate "on last year" %}', True),
        ('{% if a %}{{ a }}{% endif %} {% translate "found" %}', True),
        ('{% translate "Stands in" %}\n<a href="{{ url }}">{{ plan }}</a>', True),
        ('<dt>{% translate "Campus" %}</dt><dd>{{ campus }}</dd>', False),
        ('{% translate "In no cell." %} {{ sentence }}', False),
        ('{% translate "Settings" as title %}{{ title }}', False),
        ('{% if a %}{{ a }}{% else %}{% translate "none" %}{% endif %}', False),
        ('{% translate "In hand" %} · {{ day }}', False),
    ],
)
def test_a_message_beside_a_value_is_told_from_two_texts(template, is_glued):
    assert bool(glued_in(template)) is is_glued


def test_no_page_puts_a_sentence_together_from_pieces():
    """The order of the pieces is that of one language: Chinese may want the value first."""
    wrong = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        if glued_in(path.read_text(encoding="utf-8")):
            wrong.append(str(path.relative_to(TEMPLATES)))
    assert wrong == []


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
    "来言": "留言",
    "馆领导": "馆长",
    "停发名单": "拒收名单",
    "第二重验证": "两步验证",
    "第二道验证": "两步验证",
    "闸机": "门禁",
    "学院": "院系",
    "「": "“",
}


@pytest.mark.parametrize("app", CATALOGUES)
def test_one_word_for_one_thing(app):
    """An account was 账号, 账户 and 帐户 on one way through sign-in; links were 追踪 and 跟踪."""
    wrong = [text for text in chinese_of(app) if any(word in text for word in NOT_OURS)]
    assert wrong == []


#: What tells an event from a campaign, which are both 活动 (docs/glossary.md).
OF_AN_EVENT = re.compile("场|参加|签到")
#: Readers have agreed to these words: they stand for whatever the library invites to.
AGREED_TO = {"Events and calls", "Promotion: events, surveys, research"}


@pytest.mark.parametrize("app", messages.APPS)
def test_an_event_is_told_from_a_campaign(app):
    """ "谁来了活动，活动带来了什么" asked who came to an event, and what a campaign moved."""
    wrong = []
    for message in messages.read(app):
        english = str(message.id)
        if not re.search(r"\bevents?\b", english, re.IGNORECASE) or english in AGREED_TO:
            continue
        chinese = str(message.string)
        if "活动" in chinese and not OF_AN_EVENT.search(chinese):
            wrong.append(chinese)
    # Where letters of promotion come from is said in the words of the consent.
    assert [text for text in wrong if not text.startswith("活动、问卷、征集。")] == []


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


def test_one_english_text_says_one_thing():
    """Django asks all catalogues as one: where two rooms translate a word of their own, one of
    them shows what the other meant. In 0.1 a survey was closed as a campaign is, and the purpose
    of a campaign was called as that of a letter. Such a word has a context.
    """
    meant = {}
    for app in CATALOGUES:
        for message in messages.read(app):
            if message.id:
                said = meant.setdefault((message.context, str(message.id)), {})
                said.setdefault(str(message.string), app)
    assert {key: said for key, said in meant.items() if len(said) > 1} == {}


@pytest.mark.parametrize(
    ("context", "text", "chinese"),
    [
        ("voice", "Question", "咨询"),
        ("survey", "Question", "题目"),
        ("campaign", "Closed", "已结束"),
        ("survey", "Closed", "已关闭"),
        ("voice", "Closed", "已办结"),
        ("library", "closed", "闭馆"),
        ("of a campaign", "purpose", "宗旨"),
        ("audit", "new", "新增"),
        ("of a link", "Visits", "访问"),
        ("of answers", "Share", "占比"),
    ],
)
def test_a_word_with_two_meanings_has_a_context(context, text, chinese):
    """In 0.1 the editor of surveys called a question 咨询, and the audit trail "new" 创建时间."""
    with override("zh-hans"):
        assert pgettext(context, text) == chinese


#: Marks that no sentence has: glued pieces leave them where one of the pieces is empty.
TWICE = re.compile(r"(?<!\.)\.\.(?!\.)|, ,|[，。；、：] ?[，。；、：]|\( *\)|（ *）|。\.|\.。")


@pytest.mark.parametrize("app", CATALOGUES)
def test_no_mark_stands_twice_in_a_text(app):
    english = [text for message in messages.read(app) for text in forms_of(message.id)]
    assert [text for text in english + chinese_of(app) if TWICE.search(text)] == []


def forms_of(text) -> list[str]:
    """One and many of a text with a plural; of each other text itself."""
    return [text] if isinstance(text, str) else list(text)


#: What is called alike in Chinese: names of services and of formats, signs.
ALIKE = {"SMS", "CSV", "NPS"}


def fields_with_choices() -> list:
    """Of our own tables, but the state of a delivery: what people read of it are STATES."""
    ours = [model for model in apps.get_models() if model._meta.app_label in APPS]
    fields = [field for model in ours for field in model._meta.concrete_fields if field.choices]
    return [field for field in fields if str(field) != "campaigns.Delivery.state"]


@pytest.mark.parametrize("field", fields_with_choices(), ids=str)
def test_every_state_and_every_kind_is_called_in_chinese(field):
    with override("zh-hans"):
        labels = [str(label) for _code, label in field.flatchoices]
    wrong = [label for label in labels if re.search("[A-Za-z]{2}", label) and label not in ALIKE]
    assert [label for label in wrong if not re.search(CHINESE, label)] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_deliveries_and_letters_say_their_states_in_one_vocabulary(language):
    """In 0.1 a delivery was "sent" or "skipped" and a letter "mailed" or "left out"; in Chinese
    both were called alike.
    """
    with override(language):
        letters = {state.value: str(state.label) for state in LetterState}
        deliveries = {state: str(words) for state, words in STATES.items()}
    assert letters.items() <= deliveries.items()
    assert set(deliveries) == set(DeliveryState.values)
    assert len(set(deliveries.values())) == len(deliveries)


@pytest.mark.django_db
def test_a_delivery_is_shown_in_these_words():
    delivery = DeliveryFactory(state="skipped")
    with override("en"):
        assert delivery.get_state_display() == "Left out"


def test_account_is_shown_first():
    assert account_holds()[0].model == "crm.User"
