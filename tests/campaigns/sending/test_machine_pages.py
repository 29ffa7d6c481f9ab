"""The published rules, what they left out of a campaign, and the button that judges anew."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst

from campaigns.links.models import LeftOut, TrackedLink
from campaigns.sending import machine_rules
from campaigns.sending.models import Click, LinkLook
from campaigns.sending.terms import TERMS
from core.disclosure import Count
from core.terms import Over
from crm.staff.models import AuditEvent
from tests import factories
from tests.campaigns.sending.machine_world import SENT, mail

DATES = machine_rules.VERSIONS.values()
pytestmark = pytest.mark.django_db
OTHER_DAY = SENT + timedelta(days=4)


@pytest.fixture
def scanned():
    """Seven of twelve mails opened by a machine, two by a person."""
    sent = mail(4, 12)
    for delivery in sent.deliveries[:7]:
        for link in range(4):
            sent.open(delivery, 5 + link / 10, link, visitor="5ca2" * 4)
    for delivery in sent.deliveries[6:8]:
        sent.open(delivery, 900)
    sent.open(sent.deliveries[0], 4, signal="head")
    sent.flush()
    return sent


def test_rules_are_published_as_they_are_asked(client):
    page = client.get(reverse("campaigns:machine-rules"), headers={"accept-language": "en"})
    rows = page.context["rows"]
    assert [name for name, _when, _why in rows] == [
        str(rule.name) for rule in machine_rules.in_words()
    ]
    assert len(rows) == len(LeftOut.machines()) + 1
    said = page.content.decode()
    for number in (machine_rules.AFTER_SENDING, machine_rules.SERIES, machine_rules.CROWD_SECONDS):
        assert re.search(rf"\b{number}\b", said)
    assert reverse("campaigns:machine-rules") in client.get(reverse("crm:privacy")).content.decode()


def test_pages_show_machines_beside_readers(client, scanned):
    client.force_login(factories.UserFactory(role="librarian"))
    content = scanned.deliveries[0].content
    links = client.get(content.get_absolute_url()).context["links"]
    assert [(link.readers, link.machines) for link in links] == [
        (Count.of(2), Count.of(7)),
        *[(Count.of(0), Count.of(7))] * 3,
    ]
    page = client.get(reverse("campaigns:machine-clicks", args=[content.campaign_id]))
    told = {rule.name: rule.clicks for rule in page.context["figures"].by_rule}
    assert told[capfirst(LeftOut.SENDING.label)] == Count.of(28)
    assert told[capfirst(LeftOut.SERIES.label)] == Count.of(0)
    # A second query for each rule or link would show here.
    listed = client.get(reverse("campaigns:link-list"), {"campaign": content.campaign_id})
    assert [str(row.cells[3][1]) for row in listed.context["listing"].rows] == ["7"] * 4


def test_staff_of_one_campus_are_told_of_machines_at_their_readers_mails(client, scanned):
    campus = factories.CampusFactory()
    client.force_login(factories.UserFactory(role="librarian", campus=campus))
    own = [delivery.reader for delivery in scanned.deliveries[:6]]
    type(own[0]).objects.filter(pk__in=[reader.pk for reader in own]).update(campus=campus)
    content = scanned.deliveries[0].content
    page = client.get(reverse("campaigns:machine-clicks", args=[content.campaign_id]))
    told = [rule.clicks for rule in page.context["figures"].by_rule]
    assert Count.of(24) in told
    links = client.get(content.get_absolute_url()).context["links"]
    assert {link.machines for link in links} == {Count.of(6)}


def test_all_clicks_are_judged_anew_by_a_button(client, scanned):
    client.force_login(factories.UserFactory(role="librarian"))
    Click.objects.update(rules=0, left_out="")
    TrackedLink.objects.update(left_out=0)
    campaign = scanned.deliveries[0].content.campaign
    address = reverse("campaigns:machine-clicks", args=[campaign.pk])
    assert client.get(address).context["figures"].unjudged == Count.of(30)

    told = client.post(reverse("campaigns:machine-judge", args=[campaign.pk]), follow=True)
    assert told.redirect_chain == [(address, 302)]
    assert told.context["figures"].unjudged == Count.of(0)
    assert Click.objects.filter(left_out=LeftOut.SENDING).count() == 28
    assert sum(link.left_out for link in TrackedLink.objects.all()) == 28
    assert AuditEvent.objects.get(action="clicks.judge").object_id == str(campaign.pk)

    # Nothing to judge is said and not done.
    nothing = factories.CampaignFactory()
    said = client.post(reverse("campaigns:machine-judge", args=[nothing.pk]), follow=True)
    assert "messages" in said.context
    assert AuditEvent.objects.filter(action="clicks.judge").count() == 1


def test_who_made_a_click_is_forgotten_after_days_and_its_judgement_stays(scanned):
    (term,) = [term for term in TERMS if term.code == "visitors"]
    assert (term.least, term.default, term.most) == (1, 3, 14)
    over = Over(OTHER_DAY, most=10)
    assert term.due(over) == 29
    while term.remove(over):
        pass
    assert term.due(over) == 0
    assert not LinkLook.objects.exists()
    assert not Click.objects.filter(visitor__isnull=False).exists()
    assert Click.objects.filter(left_out=LeftOut.SENDING).count() == 28


def test_rules_in_the_documents_are_those_that_are_asked():
    """Each rule has its line there, in the order of the page, with the same numbers."""
    text = (settings.BASE_DIR / "docs" / "machine-clicks.md").read_text()
    assert f"The rules, version {machine_rules.VERSION} ({max(DATES):%Y-%m-%d})" in text
    lines = dict(re.findall(r"^\| `([\w-]+)` \| (.*) \| .* \|$", text, re.MULTILINE))
    assert list(lines) == [rule.code for rule in machine_rules.in_words()]
    with translation.override("en"):
        for rule in machine_rules.in_words():
            numbers = sorted(re.findall(r"\d+(?:\.\d+)?", rule.when))
            assert sorted(re.findall(r"\d+(?:\.\d+)?", lines[rule.code])) == numbers, rule.code
