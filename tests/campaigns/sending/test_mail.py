"""Message bytes: what any mail program reads out of them is what was meant, and nothing typed can
break out.
"""

import email
from email import policy

import pytest

from campaigns.links import keys
from campaigns.links.models import TrackedLink
from campaigns.sending.mail import Mail, Recipient
from core import addresses, bodies
from core.addresses import BadAddress
from crm.letters.skeleton import own_host
from tests import factories
from tests.campaigns.building import save_text

pytestmark = pytest.mark.django_db
NASTY = (
    '王"<script>alert(1)</script>\r\nBcc: all@example.org\r\n\r\n.\r\n'
    "{{7*7}} {% load x %} {campus}\x00\u202eevil 😀"
)


def recipient(**changes) -> Recipient:
    ordinary = {
        "pk": 77,
        "email": "li@example.org",
        "name": "Li",
        "campus_id": None,
        "kind": "teacher",
    }
    return Recipient(**(ordinary | {"language": "zh-hans"} | changes))


def written(content, **changes) -> email.message.EmailMessage:
    data = Mail(content, "zh-hans").write(recipient(**changes)).data
    assert data.isascii()
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    return email.message_from_bytes(data, policy=policy.default)


def parts(message) -> tuple[str, str]:
    plain, page = message.iter_parts()
    return plain.get_content().replace("\r\n", "\n"), page.get_content()


@pytest.fixture
def content(db):
    return factories.ContentFactory()


def test_headers_and_parts_read_back_as_written(content):
    subject = "致 {name}：" + "图书馆的秋天，" * 12 + "{kind}"
    save_text(
        content,
        "<h2>你好 {name}</h2><p>来自{campus}的{kind}</p>",
        subject=subject,
        sender_name="回响图书馆",
    )
    campus = factories.CampusFactory(name_zh="东校区")
    message = written(content, name="李白", campus_id=campus.pk)
    assert message["subject"] == subject.replace("{name}", "李白").replace("{kind}", "教师")
    assert message["from"].addresses[0].display_name == "回响图书馆"
    assert message["to"] == "li@example.org"
    plain, page = parts(message)
    assert plain.startswith("你好 李白\n\n来自东校区的教师\n\n")
    assert "<h2>你好 李白</h2><p>来自东校区的教师</p>" in page
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.defects == []


@pytest.mark.parametrize(
    "name",
    ["Li", "欧阳" * 30, "a" * 120, NASTY, "=?utf-8?q?x?=", ".", " \t ", "", "O'Neil & Söhne <x>"],
)
def test_any_name_stays_a_name(content, name):
    """Faults 29, 35. Neither a script, nor a header, nor a placeholder that somebody is called."""
    save_text(content, "<p>[{name}]</p>", subject="[{name}]")
    message = written(content, name=name)
    assert set(message.keys()) == {
        *(
            "Subject",
            "From",
            "To",
            "Date",
            "Message-ID",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
        ),
        *("Reply-To", "List-Id", "Precedence", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
    plain, page = parts(message)
    shown = " ".join(name.replace("\x00", "").split()) or "读者"
    assert plain.startswith(f"[{shown}]\n\n")
    assert message["subject"] == f"[{shown}]"
    assert "<script" not in page
    assert "Bcc" not in message


def test_name_with_a_placeholder_is_not_filled_in_again(content):
    save_text(content, "<p>{name}</p>", subject="{name}")
    message = written(content, name="{kind}{unsubscribe}")
    assert message["subject"] == "{kind}{unsubscribe}"


def test_template_language_is_literal(content):
    """Fault 35. An author's text is data: no template engine ever reads it."""
    save_text(content, "<p>{{7*7}} {% load x %} {{name}} {name.__class__} {0}</p>")
    plain, _page = parts(written(content))
    assert plain.startswith("{{7*7}} {% load x %} {{name}} {name.__class__} {0}\n")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>x",
        "<img src=x onerror=alert(1)>x",
        "<p onclick=alert(1) style='x'>x</p>",
        "<svg><script>alert(1)</script></svg>x",
        "<iframe srcdoc='<script>1</script>'></iframe>x",
        "<style>@import '//evil'</style>x",
        "<form action='https://evil'><input></form>x",
        "<a href='jav&#x61;script:alert(1)'>x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=1>x",
        "<!--><script>alert(1)</script>-->x",
    ],
)
def test_hostile_body_is_inert(hostile):
    """Fault 29. What a stolen account could paste into a mail reaches no reader."""
    body = bodies.clean_body(hostile)
    assert not any(
        word in body.lower()
        for word in ("script", "onerror", "onclick", "style", "evil", "<img", "<form")
    )


def test_every_link_is_tracked_by_placement_and_carries_the_readers_key(content):
    body = (
        '<p><a href="https://ex.org/?a=1&amp;b=2">甲</a> <a href="/s/one/">乙</a> <a href="https://ex.org/?a=1&amp;b=2">丙</a>'
        ' <a href="mailto:a@b.cn">丁</a> <a href="{unsubscribe}">戊</a></p>'
    )
    save_text(content, body)
    first, survey, second = TrackedLink.objects.filter(content=content).order_by("pk")
    assert [link.target for link in (first, survey, second)] == [
        "https://ex.org/?a=1&b=2",
        "/s/one/",
        "https://ex.org/?a=1&b=2",
    ]
    assert [link.carries_key for link in (first, survey, second)] == [False, True, False]
    plain, page = parts(written(content))
    key = keys.delivery_key(77, keys.CLICK)
    base = "http://127.0.0.1:8000"
    assert bodies.links_in(page) == [
        (f"{base}/go/{first.code}/{key}", "甲"),
        (f"{base}/go/{survey.code}/{key}", "乙"),
        (f"{base}/go/{second.code}/{key}", "丙"),
        ("mailto:a@b.cn", "丁"),
        (f"{base}/u/{keys.delivery_key(77, keys.UNSUBSCRIBE)}/", "戊"),
    ]
    assert f"乙 {base}/go/{survey.code}/{key}" in plain


def test_one_click_headers_follow_rfc_8058(content):
    message = written(content)
    key = keys.delivery_key(77, keys.UNSUBSCRIBE)
    assert message["list-unsubscribe"] == f"<http://127.0.0.1:8000/u/{key}/>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_sender_setting_written_with_a_name_gives_its_address_once(content, settings):
    settings.DEFAULT_FROM_EMAIL = "The Library <library@example.edu>"
    save_text(content, "<p>x</p>", sender_name="回响")
    (sender,) = written(content)["from"].addresses
    assert (sender.display_name, sender.addr_spec) == ("回响", "library@example.edu")


def test_mail_without_a_way_out_gets_one(content):
    plain, page = parts(written(content))
    way_out = f"http://127.0.0.1:8000/u/{keys.delivery_key(77, keys.UNSUBSCRIBE)}/"
    assert way_out in plain
    assert [href for href, _label in bodies.links_in(page)] == [way_out]


def test_message_id_is_the_same_each_time_and_names_no_machine(content):
    first, again, other = (written(content, pk=pk)["message-id"] for pk in (5, 5, 6))
    assert first == again != other
    assert first.endswith("@127.0.0.1>")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "li",
        "li@",
        "@x.org",
        "a@b@c.org",
        "a b@x.org",
        "a@x.org\r\nRCPT TO:<b@x.org>",
        "a@x..org",
        "<a@x.org>",
        "a,b@x.org",
    ],
)
def test_address_that_is_none_is_refused(address):
    with pytest.raises(BadAddress):
        addresses.check_address(address)


def test_international_domain_goes_out_in_ascii():
    assert addresses.check_address("li@bücher.example") == "li@xn--bcher-kva.example"


def test_skeleton_is_compiled_without_queries_per_mail(content, django_assert_num_queries):
    ready = Mail(content, "zh-hans")
    with django_assert_num_queries(0):
        for pk in range(1, 50):
            ready.write(recipient(pk=pk))


def test_english_reader_gets_english_words_around_the_text(content):
    save_text(content, "<p>{kind}</p>")
    data = Mail(content, "en").write(recipient(language="en")).data
    plain = email.message_from_bytes(data, policy=policy.default).get_body(("plain",)).get_content()
    assert plain.startswith("Teacher\r\n")
    assert "Unsubscribe" in plain


def test_mail_to_many_says_so_and_where_answers_go(content, settings):
    """In 0.1 there was no List-Id, no Precedence and no address to answer to."""
    settings.DEFAULT_FROM_EMAIL = "Library <library@example.org>"
    settings.PROMOTION_FROM_EMAIL = "news@mail.example.org"
    settings.LIBRARY_NAME = "Nanhu Library"
    said = {}
    for purpose in ("notices", "events"):
        content.purpose, content.sender_name = purpose, ""
        said[purpose] = written(content)
    for purpose, message in said.items():
        assert message["List-Id"] == f"<{purpose}.{own_host()}>"
        assert message["Precedence"] == "bulk"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Reply-To"] == "library@example.org"
        assert message["From"].addresses[0].display_name == "Nanhu Library"
    senders = [message["From"].addresses[0].addr_spec for message in said.values()]
    assert senders == ["library@example.org", "news@mail.example.org"]

    settings.REPLY_ADDRESS = "Front desk <desk@example.org>"
    assert written(content)["Reply-To"] == "desk@example.org"


def test_envelope_of_what_is_no_notice_names_its_own_sender(content, settings):
    settings.RETURN_ADDRESS = ""
    settings.PROMOTION_FROM_EMAIL = "news@mail.example.org"
    content.purpose = "events"
    recipient = Recipient(1, "li@example.org", "Li", None, "teacher", "en", 1)
    assert Mail(content, "en").write(recipient).return_path == "news@mail.example.org"
