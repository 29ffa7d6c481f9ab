"""Message bytes: what any mail program reads out of them is what was meant, and nothing typed can
break out.
"""

import email
from email import policy

import pytest
from django.core.exceptions import ValidationError

from campaigns.contents import targets
from campaigns.links import keys
from campaigns.links.models import TrackedLink
from campaigns.sending.mail import Mail, Recipient
from core import addresses, bodies
from core.addresses import BadAddress
from tests import factories

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


def save(content, body, **fields):
    content.body = bodies.clean_body(body)
    for name, value in fields.items():
        setattr(content, name, value)
    content.save()
    content.links.place(content)
    return content


@pytest.fixture
def content(db):
    return factories.ContentFactory()


def test_headers_and_parts_read_back_as_written(content):
    subject = "致 {name}：" + "图书馆的秋天，" * 12 + "{kind}"
    save(
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
    """29 35"""
    save(content, "<p>[{name}]</p>", subject="[{name}]")
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
        *("MIME-Version", "Content-Type"),
    }
    plain, page = parts(message)
    shown = " ".join(name.replace("\x00", "").split()) or "读者"
    assert plain.startswith(f"[{shown}]\n\n")
    assert message["subject"] == f"[{shown}]"
    assert "<script" not in page
    assert "Bcc" not in message


def test_name_with_a_placeholder_is_not_filled_in_again(content):
    save(content, "<p>{name}</p>", subject="{name}")
    message = written(content, name="{kind}{unsubscribe}")
    assert message["subject"] == "{kind}{unsubscribe}"


def test_template_language_is_literal(content):
    """35"""
    save(content, "<p>{{7*7}} {% load x %} {{name}} {name.__class__} {0}</p>")
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
    """29"""
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
    save(content, body)
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


def test_saving_again_keeps_the_links_that_are_still_there(content):
    save(content, '<a href="https://a.org/">1</a> <a href="https://b.org/">2</a>')
    codes = dict(content.links.values_list("target", "code"))
    save(content, '<a href="https://c.org/">0</a> <a href="https://b.org/">two</a>')
    assert dict(content.links.values_list("target", "placement")) == {
        "https://c.org/": "1 · 0",
        "https://b.org/": "2 · two",
    }
    assert content.links.get(target="https://b.org/").code == codes["https://b.org/"]


@pytest.mark.parametrize(
    "target",
    [
        *(
            "//evil.org",
            "/\\evil.org",
            "\\\\evil.org",
            "javascript:alert(1)",
            "JaVaScRiPt:1",
            "data:text/html,x",
        ),
        *(
            "http://",
            "https:///x",
            "ftp://a.org",
            "/a\tb",
            "/a\nb",
            "http://a.org/\r\nX: 1",
            "",
            "evil.org",
            "/a b",
        ),
        *(
            "https://user:pw@evil.org",
            "https://a.org:99999999/",
            "http://[::1",
            "/" + "a" * 600,
            "/\x00",
            "/\u2028",
        ),
    ],
)
def test_target_that_could_lead_astray_is_refused_when_saved(target):
    """39"""
    with pytest.raises(ValidationError):
        targets.check_target(target)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://ex.org/路?q=1#x", "https://ex.org/路?q=1#x"),
        ("/s/welcome/", "/s/welcome/"),
        ("http://127.0.0.1:8000/s/x/", "/s/x/"),
        ("HTTP://127.0.0.1:8000/s/X?a=1#q2", "/s/X?a=1#q2"),
        # Another scheme, another port, no path: not an address of this site, as far as one knows.
        ("https://127.0.0.1:8000/s/x/", "https://127.0.0.1:8000/s/x/"),
        ("http://127.0.0.1/s/x/", "http://127.0.0.1/s/x/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000.evil.org/", "http://127.0.0.1:8000.evil.org/"),
    ],
)
def test_target_is_stored_as_typed_or_as_a_path_of_this_site(typed, stored):
    if "evil" in typed:
        with pytest.raises(ValidationError):  # a port is a number
            targets.check_target(typed)
    else:
        assert targets.check_target(typed) == stored


@pytest.mark.parametrize(
    ("base", "typed", "stored"),
    [
        ("https://Library.example.org", "HTTPS://LIBRARY.example.ORG/s/x", "/s/x"),
        ("https://library.example.org", "https://library.example.org:443/s/x", "/s/x"),
        ("http://library.example.org:80", "http://library.example.org/s/x", "/s/x"),
    ],
)
def test_address_of_this_site_is_known_in_every_spelling(settings, base, typed, stored):
    settings.BASE_URL = base
    assert targets.check_target(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:8000//evil.org/",
        "HTTP://127.0.0.1:8000//evil.org/",
        "http://127.0.0.1:8000/\\evil.org",
        "ht\ttp://127.0.0.1:8000//evil.org/",
        "http://127.0.0.1:8000@evil.org/",
    ],
)
def test_address_that_only_looks_like_this_sites_is_refused(typed):
    with pytest.raises(ValidationError):
        targets.check_target(typed)


def test_one_click_headers_follow_rfc_8058(content):
    message = written(content)
    key = keys.delivery_key(77, keys.UNSUBSCRIBE)
    assert message["list-unsubscribe"] == f"<http://127.0.0.1:8000/u/{key}/>"
    assert message["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"


def test_sender_setting_written_with_a_name_gives_its_address_once(content, settings):
    settings.DEFAULT_FROM_EMAIL = "The Library <library@example.edu>"
    save(content, "<p>x</p>", sender_name="回响")
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
    save(content, "<p>{kind}</p>")
    data = Mail(content, "en").write(recipient(language="en")).data
    plain = email.message_from_bytes(data, policy=policy.default).get_body(("plain",)).get_content()
    assert plain.startswith("Teacher\r\n")
    assert "Unsubscribe" in plain


# --- keys -----------------------------------------------------------------------------------------
def test_key_reads_back_for_its_purpose_only():
    key = keys.delivery_key(123456, keys.ANSWER)
    assert keys.read_key(key, keys.ANSWER) == 123456
    assert keys.read_key(key, keys.UNSUBSCRIBE) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda k: k[:-1],
        lambda k: "1" + k,
        lambda k: k.upper(),
        lambda k: "",
        lambda k: "-",
        lambda k: "3o-",
    ],
)
def test_changed_key_reads_as_none(change):
    assert keys.read_key(change(keys.delivery_key(123456, keys.CLICK)), keys.CLICK) is None
