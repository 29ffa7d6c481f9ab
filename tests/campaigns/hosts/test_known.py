"""Links lead to known hosts only (fault 39)."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.hosts import known, names
from campaigns.hosts.actions import approve_host, remove_host
from campaigns.hosts.models import LinkHost
from campaigns.links import following
from campaigns.links.door import LinkDoor
from campaigns.plan.models import Channel
from crm.staff.models import AuditEvent
from tests import factories
from tests.campaigns.building import url

pytestmark = pytest.mark.django_db
#: Cyrillic а and о; Greek omicron; a whole name of Cyrillic letters; Latin with a dot below.
LOOK_ALIKES = ["exаmple.org", "exampleо.org", "exampleο.org", "аррӏе.org", "ẹxample.org"]


@pytest.fixture
def manager(db):
    return factories.UserFactory(role="manager")


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.LINK_HOSTS = ["lib.example.edu", ".nju.example.cn"]
    settings.BASE_URL = "https://huixiang.example.edu"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/s/welcome/", True),
        ("https://huixiang.example.edu/", True),
        ("https://lib.example.edu/a?b=1#c", True),
        ("HTTPS://LIB.Example.EDU./", True),
        ("http://lib.example.edu:80/", True),
        ("https://opac.nju.example.cn/", True),
        ("https://例子.测试/图书", True),
        ("https://www.example.org/", True),
        ("//evil.example/", False),
        ("/\\evil.example/", False),
        ("/\t/evil.example/", False),
        ("/\n/evil.example/", False),
        ("\\\\evil.example/", False),
        ("https://lib.example.edu\\@evil.example/", False),
        ("https://evil.example\\.nju.example.cn/", False),
        ("https://lib.exa\tmple.edu/", False),
        ("/图书?q=回响", True),
        ("https://evil.example/", False),
        ("https://lib.example.edu.evil.example/", False),
        ("https://evilnju.example.cn/", False),
        ("https://lib.example.edu@evil.example/", False),
        ("https://@lib.example.edu/", False),
        ("https://lib.example.edu:8443/", False),
        ("https://lib.example.edu:99999/", False),
        ("https://127.0.0.1/", False),
        ("https://2130706433/", False),
        ("https://[::1]/", False),
        ("https://localhost/", False),
        ("javascript:alert(1)", False),
        *[(f"https://{host}/", False) for host in LOOK_ALIKES],
    ],
)
def test_target_leads_to_a_known_host_or_to_none(target, expected, manager):
    """Fault 39."""
    for host in ("www.example.org", "例子.测试"):
        approve_host(host=names.normal_host(host), reason="友馆", by=manager)
    assert known.is_known(target, known.approved_hosts()) is expected


@pytest.mark.parametrize("host", [*LOOK_ALIKES, "xn--exmple-4nf.org"])
def test_look_alike_cannot_be_approved(host):
    """Fault 39. Not even by somebody who was sent the name and copies it."""
    with pytest.raises(ValidationError):
        names.normal_host(host)


@pytest.mark.parametrize("host", ["", "a", "-a.org", "a b.org", "1.2.3.4", "a.org/path", "a.org:1"])
def test_what_is_no_host_cannot_be_approved(host):
    with pytest.raises(ValidationError):
        names.normal_host(host)


def test_approval_is_written_down_and_can_be_taken_back(client, manager):
    client.force_login(manager)
    client.post(url("host-list"), {"host": "WWW.Example.org", "reason": "友馆"})
    host = LinkHost.objects.get()
    assert (host.host, host.approved_by) == ("www.example.org", manager)
    client.post(url("host-remove", host.pk))
    assert not LinkHost.objects.approved().exists()
    assert LinkHost.objects.get().removed_by == manager
    trail = AuditEvent.objects.filter(action__startswith="host.").order_by("pk")
    assert [(event.action, event.detail) for event in trail] == [
        ("host.approve", {"host": "www.example.org"}),
        ("host.remove", {"host": "www.example.org"}),
    ]


def test_text_and_poster_with_an_unknown_host_are_refused_in_words(desk, campaign, manager):
    """Fault 39. Both the link in a mail and the one on a poster."""
    channel = Channel.objects.filter(contact="").first()
    text = {
        "title": "十月",
        "subject": "秋",
        "purpose": "events",
        "body": '<a href="https://evil.example/">看</a>',
    }
    poster = {"placement": "南门", "channel": channel.pk, "target": "https://evil.example/"}
    for name, data in (("content-create", text), ("link-create", poster)):
        answer = desk.post(url(name, campaign.pk), data)
        assert answer.status_code == 400
        assert "evil.example" in str(answer.context["form"].errors)
    assert not campaign.links.exists()

    approve_host(host="evil.example", reason="其实是友馆", by=manager)
    for name, data in (("content-create", text), ("link-create", poster)):
        assert desk.post(url(name, campaign.pk), data).status_code == 302
    assert campaign.links.count() == 2


def test_stored_link_to_a_host_no_longer_known_is_warned_of(desk, campaign, manager):
    factories.TrackedLinkFactory(campaign=campaign, target="https://www.example.org/plakat")
    content = factories.ContentFactory(campaign=campaign)
    campaign.links.update(content=content)
    host = approve_host(host="www.example.org", reason="友馆", by=manager)
    pages = (url("link-list"), url("content-detail", content.pk))
    for page in pages:
        assert "note amber" not in desk.get(page).content.decode().split("plakat")[0][-400:]

    remove_host(host=host, by=manager)
    for page in pages:
        assert desk.get(page).context["unknown"] == ["https://www.example.org/plakat"]


def test_link_to_a_host_taken_off_is_shut_and_says_where_it_led(client, desk, campaign, manager):
    """Fault 39. What has been mailed stops as well: the host may belong to somebody else now."""
    following.targets.known.clear()
    host = approve_host(host="www.example.org", reason="友馆", by=manager)
    link = factories.TrackedLinkFactory(campaign=campaign, target="https://www.example.org/plakat")
    door = LinkDoor(lambda _environ, start: start("django", []) or [])
    knock = {"REQUEST_METHOD": "GET", "PATH_INFO": link.get_absolute_url()}
    said = []
    assert client.get(link.get_absolute_url())["Location"] == link.target

    following.targets.known.clear()
    remove_host(host=host, by=manager)
    answer = client.get(link.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "https://www.example.org/plakat" in page
    assert 'href="https://www.example.org' not in page
    door(knock, lambda status, _headers: said.append(status))
    assert said == ["django"]
    assert client.get(f"{link.get_absolute_url()}/forged").status_code == 404

    following.targets.known.clear()
    approve_host(host="www.example.org", reason="友馆", by=manager)
    assert client.get(link.get_absolute_url())["Location"] == link.target


def test_host_that_is_the_librarys_again_is_not_shut(client, campaign, manager, settings):
    following.targets.known.clear()
    host = approve_host(host="www.example.org", reason="友馆", by=manager)
    remove_host(host=host, by=manager)
    settings.LINK_HOSTS = ["www.example.org"]
    link = factories.TrackedLinkFactory(campaign=campaign, target="https://www.example.org/plakat")
    assert client.get(link.get_absolute_url())["Location"] == link.target
