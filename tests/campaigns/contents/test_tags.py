"""What looks like a field and is none is told when it is saved and asked about at the launch."""

import pytest

from campaigns.contents.models import Content
from campaigns.contents.tags import fields_that_are_none, taken_out
from campaigns.sending.actions import launch_content
from campaigns.sending.mail import Mail, Recipient, read_back
from core import bodies
from core.refusals import Refused
from tests import factories
from tests.campaigns.building import url
from tests.campaigns.contents.test_views import typed

pytestmark = pytest.mark.django_db

#: A body with fields in every writing but the right one, a picture, a style, and lines that
#: programs on the way may take for their own.
BODY = """<p>{name}，你好！</p>
<p>称呼试验：{姓名}、{ name }、{Name}、｛name｝、{{name}}、{name|同学}、[name]</p>
<p><img src="https://www.example.org/poster.png" alt="海报"> <span style="color:red">红字</span></p>
<p>.以点开头的一行</p>
<p>.</p>
<p>From 开头的一行</p>
<p><a href="{unsubscribe}">out</a> <a href="/s/one/?n={name}">带名字</a></p>"""
SUBJECT = "{name}，{姓名} 冬夜读诗 {unsubscribe}"
NAMED = [
    *("{姓名}", "{unsubscribe}", "{ name }", "{Name}", "｛name｝", "{{name}}", "{name|同学}"),
    *("[name]", "{name}"),
]


def test_every_writing_that_is_no_field_is_found_where_it_stands():
    content = Content(subject=SUBJECT, body=bodies.clean_body(BODY))
    assert fields_that_are_none(content) == NAMED
    fine = Content(
        subject="{name} {campus}",
        preheader="{kind}",
        body='<p>{name} (a) [1] <a href="{unsubscribe}">x</a> {unsubscribe}</p>',
    )
    assert fields_that_are_none(fine) == []
    assert fields_that_are_none(Content(sender_name="{name}", body="")) == ["{name}"]


#: Fields as other programs and people write them; each went out as it stands in 0.1.
WRITINGS = (
    *(
        "【姓名】",
        "[姓名]",
        "［姓名］",
        "[[name]]",
        "[First Name]",
        "[读者姓名]",
        "【 称呼 】",
        "〔学号〕",
        "《姓名》",
    ),
    *(
        "%name%",
        "%%name%%",
        "％姓名％",
        "%recipient_name%",
        "%(name)s",
        "$name",
        "${name}",
        "$NAME$",
        "#{name}",
    ),
    *(
        "#name#",
        "##姓名##",
        "@name@",
        "__name__",
        "|name|",
        "*|FNAME|*",
        "<<name>>",
        "＜姓名＞",
        "«Name»",
    ),
    *(
        "{{{name}}}",
        "{%name%}",
        "{{ reader.name }}",
        "<%= name %>",
        "﹛name﹜",
        "{na\u200bme}",
        "{name",
    ),
)
#: What looks a little alike and is meant as it stands.
NO_FIELDS = (
    *(
        "【通知】",
        "【活动预告】",
        "《红楼梦》",
        "「春天」",
        "#读书#",
        "[1]",
        "(姓名)",
        "100% 满意，50%的人",
        "$5",
        "a@name.com",
    ),
    *("1 < 2 > 0", "# name", "姓名：{name}", "C|name", "name@home", "100%name"),
)


def test_fields_of_other_programs_are_found_in_subject_and_text():
    missed = []
    for writing in WRITINGS:
        typed = bodies.with_paragraphs(f"你好 {writing.replace('<', '&lt;')}，欢迎")
        in_subject = fields_that_are_none(Content(subject=f"你好{writing}，欢迎", body="<p>x</p>"))
        in_text = fields_that_are_none(Content(subject="x", body=bodies.clean_body(typed)))
        if in_subject != [writing] or in_text != [writing]:
            missed.append((writing, in_subject, in_text))
    assert missed == []
    wrong = {}
    for writing in NO_FIELDS:
        wrong[writing] = fields_that_are_none(Content(subject=writing, body=f"<p>{writing}</p>"))
    assert list(filter(None, wrong.values())) == []


def test_field_that_markup_cuts_or_an_address_spells_out_is_none():
    body = (
        "<p>{<b>name</b>} {kind} <a href='https://a.org/?n=%7Bname%7D&amp;m=%25name%25'>x</a></p>"
    )
    assert fields_that_are_none(Content(subject="x", body=bodies.clean_body(body))) == [
        "{name}",
        "%name%",
    ]


def test_saving_says_what_stays_and_what_was_taken_out(desk, campaign):
    """In 0.1 "Saved." was all that was said, and {姓名} went out."""
    body = BODY.replace("https://www.example.org", "")
    address = url("content-create", campaign.pk)
    page = desk.post(address, typed(body=body, subject=SUBJECT), follow=True)
    said = [str(message) for message in page.context["messages"]]
    assert len(said) == 3
    assert "{姓名}" in said[2]
    assert said[1] != said[2]
    assert len(desk.post(address, typed(title="二"), follow=True).context["messages"]) == 1


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ('<p><img src="x"></p>', True),
        ('<p style="color:red">x</p>', True),
        ("<p onclick='x()'>x</p>", True),
        ("<center>x</center>", True),
        ('<p><a href="/s/x/" title="t">x</a></p><table><tr><td>1</td></tr></table>', False),
        ("no markup at all\n\nand a paragraph", False),
        ("1 < 2 & 3 > 2", False),
    ],
)
def test_only_what_was_lost_is_told(body, is_told):
    said = taken_out(body, bodies.clean_body(bodies.with_paragraphs(body)))
    assert bool(said) is is_told


def test_launch_asks_about_them_once_more(desk, content):
    content.subject = "{姓名}"
    content.save()
    factories.ReaderFactory()
    launch = url("content-launch", content.pk)
    assert "{姓名}" in desk.get(launch).content.decode()
    assert desk.post(launch, {"when": "now"}).status_code == 400
    content.refresh_from_db()
    assert content.is_draft
    desk.post(launch, {"when": "now", "literal": "on"})
    content.refresh_from_db()
    assert not content.is_draft


def test_field_without_a_value_has_one_that_stands_for_it(content, settings):
    """In 0.1 a subject of {campus} alone was an empty word for a reader without a campus."""
    settings.LIBRARY_NAME = "南湖图书馆"
    content.subject, content.preheader = "{campus}", "{unsubscribe} {campus}"
    content.body = "<p>{name} {campus} {kind}</p>"
    for name in ("", " \u3000", "\u200b\u2060"):
        to = Recipient(1, "li@example.org", name, None, "teacher", "zh-hans", 1)
        said = read_back(Mail(content, "zh-hans").write(to))
        assert said.subject == "南湖图书馆"
        assert "读者 南湖图书馆 教师" in said.text


def test_mail_without_a_subject_is_not_launched(content, librarian):
    factories.ReaderFactory()
    Content.objects.filter(pk=content.pk).update(subject=" \u200b ")
    content.refresh_from_db()
    with pytest.raises(Refused):
        launch_content(content=content, by=librarian)
