"""The demo mailbox.

What was sent, shown with links that work; nothing of it exists outside a demonstration.
"""

import re

import pytest
from django.urls import reverse

from campaigns.contents.actions import save_content
from campaigns.sending import run
from campaigns.sending.actions import launch_content
from tests import factories, servers

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def url(name: str, *arguments) -> str:
    return reverse(f"demo:{name}", args=arguments)


@pytest.fixture
def box(settings):
    """A mailbox with one campaign mail of each of two readers."""
    folder = settings.MAILBOX_DIR / "new"
    folder.mkdir(parents=True)
    return folder


def keep(box, sink) -> list[str]:
    names = []
    for number, (_address, data) in enumerate(sink.received):
        names.append(f"{number:020}.1_{number}.local")
        (box / names[-1]).write_bytes(data)
    return names


def test_mailbox_shows_what_was_sent_with_links_on_this_site(desk, content, librarian, sink, box):
    reader = factories.ReaderFactory(name="李白")
    content.body = '<p>{name}<a href="https://example.org/">x</a></p>'
    save_content(content=content, by=librarian)
    launch_content(content=content, by=librarian)
    run.send(content.pk)
    (name,) = keep(box, sink)
    page = desk.get(url("mailbox"), {"q": reader.email}).content.decode()
    assert "Hello 李白" in page
    opened = desk.get(url("mailbox-letter", name)).content.decode()
    assert f'href="/go/{content.links.get().code}/' in opened
    assert "List-Unsubscribe=One-Click" in opened
    assert len(desk.get(url("mailbox"), {"q": "nobody"}).context["page"]) == 0


def test_mail_from_elsewhere_is_inert_in_the_mailbox(desk, box):
    """Anybody can mail a catcher, so a message is text from a stranger."""
    head = (
        b"Subject: =?utf-8?q?=3Cscript=3Ealert(1)=3C/script=3E?=\r\nContent-Type: text/html\r\n\r\n"
    )
    (box / "1.1_1.local").write_bytes(head + SCRIPT.encode() + b"<p>x")
    for page in (url("mailbox"), url("mailbox-letter", "1.1_1.local")):
        assert SCRIPT not in desk.get(page).content.decode()


def test_letter_shows_pictures_of_this_site_and_of_no_other(desk, box, settings):
    html = (
        f'<p><img src="{settings.BASE_URL}/pictures/0af3.png" alt="a shelf" onerror="x()">'
        '<img src="https://example.org/pictures/0af3.png" alt="a pixel">'
        '<img src="//example.org/0af3.png"><img src="/go/secret/"><img src="data:image/png,x"></p>'
    )
    head = b"Subject: x\r\nContent-Type: text/html\r\n\r\n"
    (box / "1.1_1.local").write_bytes(head + html.encode())

    page = desk.get(url("mailbox-letter", "1.1_1.local")).content.decode()

    letter = page.partition('<div class="prose mail">')[2].partition("</section>")[0]
    assert re.findall(r'src="([^"]*)"', letter) == ["/pictures/0af3.png"]
    assert 'alt="a shelf"' in letter
    assert "onerror" not in letter


@pytest.mark.parametrize("name", ["..", "..%2f..%2fsecret", "nothing.local", ".hidden"])
def test_mailbox_opens_only_its_own_files(desk, box, name):
    (box.parent / "secret").write_text("x")
    assert desk.get(f"{url('mailbox')}{name}/").status_code == 404


def test_outside_a_demo_its_pages_accounts_and_data_are_not_installed():
    code = (
        "import django; django.setup()\n"
        "from django.apps import apps; from django.urls import NoReverseMatch, reverse\n"
        "from django.core.management import get_commands\n"
        "try: reverse('demo:mailbox')\n"
        "except NoReverseMatch: print(apps.is_installed('demo'), 'seed_demo' in get_commands())"
    )
    assert servers.printed_by(code, DEMO="off") == "False False\n"
