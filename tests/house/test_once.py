"""Every form that makes a row is kept once, and never loses a text without a word (fault 49)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import isfunction
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from analytics.facts.actions import set_target
from analytics.facts.models import Target
from campaigns.plan.models import Campaign, Standard
from crm.imports.models import ImportBatch
from crm.letters.models import Letter
from crm.receipts.views import once
from crm.sources.models import CoveredSpan, DataSource
from tests import factories
from tests.house.test_hostile_forms import FormReader
from tests.house.test_permissions import client_of

pytestmark = pytest.mark.django_db
FIRST, OTHER = "第一次写的", "后来另写的"


def nothing(_world) -> dict:
    return {}


def campaign_key(world) -> dict:
    return {"pk": world.campaign.pk}


def locked_standard(world) -> dict:
    row = Standard.objects.create(campaign=world.campaign, metric="reach", target=100)
    live = {"phase": Campaign.Phase.PERFORMANCE, "locked_at": timezone.now()}
    live["locked_by"] = world.user("manager")
    Campaign.objects.filter(pk=world.campaign.pk).update(**live)
    return {"pk": world.campaign.pk, "row": row.pk}


@dataclass(frozen=True)
class Made:
    """A form that makes rows of ``model``.

    ``words`` names the field whose text is told apart, ``data`` what else must be filled in.
    ``page`` is where it stands, if that is another page than the one it is sent to;
    ``is_of_a_person``: a page that asks first why it is opened.
    """

    model: str
    words: str
    data: dict = field(default_factory=dict)
    key: Callable = nothing
    visitor: str = "manager"
    page: str = ""
    is_of_a_person: bool = False


def voice_key(world) -> dict:
    return {"reference": world.voice.reference, "secret": world.voice.secret}


def a_gap(_world) -> dict:
    """A gate of which no file has come for a year: its page offers to say so."""
    long_ago = timezone.localdate() - timedelta(days=365)
    more = {"kinds": ["visit"], "rhythm": "monthly"}
    gate = DataSource.objects.create(code="gate", name="Gate", **more)
    CoveredSpan.objects.create(source=gate, first=long_ago, last=long_ago)
    return {}


def a_part(kind: str) -> Callable:
    return lambda world: {"pk": world.campaign.pk, "kind": kind}


PERIOD = {"opens_at": "2026-03-01T08:00", "closes_at": "2026-04-01T08:00"}
CALL = {"slug": "a-call", "title": "征文", "licence": "yes", "longest": "500", **PERIOD}
NO_OPTIONS = {"o-TOTAL_FORMS": "0", "o-INITIAL_FORMS": "0"}
MADE = {
    "feedback:voice-create": Made(
        "Voice", "text", {"kind": "question", "category": "other"}, visitor="anonymous"
    ),
    "feedback:voice-follow": Made("VoiceMessage", "text", key=voice_key, visitor="anonymous"),
    "feedback:voice-reply": Made(
        "VoiceMessage", "text", key=lambda w: {"pk": w.voice.pk}, page="feedback:voice-detail"
    ),
    "analytics:today-voice": Made("VoiceMessage", "text", key=lambda w: {"pk": w.voice.pk}),
    "feedback:work-create": Made(
        "Submission",
        "text",
        {"title": "立冬", "submit": "1", "agreed": "on"},
        key=lambda w: {"slug": w.call.slug},
        visitor="reader",
    ),
    "feedback:call-create": Made("Call", "brief", CALL),
    "feedback:survey-create": Made("Survey", "title_zh", {"slug": "a-survey", "template": ""}),
    "feedback:item-create": Made(
        "Item", "text_zh", {"kind": "text"} | NO_OPTIONS, key=lambda w: {"pk": w.survey.pk}
    ),
    "campaigns:content-create": Made(
        "Content",
        "body",
        {"title": "十月", "subject": "秋天", "purpose": "events"},
        key=campaign_key,
    ),
    "campaigns:link-create": Made(
        "TrackedLink", "placement", {"target": "/s/one/"}, key=campaign_key
    ),
    "campaigns:budget-change": Made("BudgetChange", "reason", {"budget": "90"}, key=campaign_key),
    "campaigns:standard-amend": Made(
        "StandardAmendment", "reason", {"target": "55"}, key=locked_standard
    ),
    "campaigns:programme": Made(
        "ProgrammeHoldout",
        "note",
        {"percent": "2", "starts_on": "2100-03-01", "ends_on": "2100-04-01"},
    ),
    "campaigns:campaign-create": Made("Campaign", "title", {"start": "blank"}),
    "campaigns:part-add goal": Made("Goal", "text", key=a_part("goal")),
    "campaigns:part-add task": Made("Task", "text", {"owner": "前台"}, key=a_part("task")),
    "campaigns:part-add need": Made(
        "Need", "text", {"origin": "voice", "source": "V-1"}, key=a_part("need")
    ),
    "campaigns:part-add element": Made("Element", "text", key=a_part("element")),
    "crm:segment-create": Made("Segment", "name"),
    "crm:privacy-impact-write": Made(
        "Assessment",
        "what",
        {
            "why": "借还",
            "risks": "泄露",
            "measures": "权限",
            "officer": "何叙",
            "assessed_on": "2026-03-01",
            "next_on": "2027-03-01",
        },
    ),
    "crm:me-correct": Made("Correction", "wanted", visitor="reader"),
    "crm:incident-create": Made(
        "Incident", "title", {"concerned": "读者的邮箱", "noticed_at": "2026-03-01T08:00"}
    ),
    "crm:collection-list": Made(
        "ListedCollection",
        "name",
        {"items": "\n".join(f"B{number}" for number in range(200))},
        visitor="librarian",
    ),
    "crm:closed-add": Made("SpecialDays", "reason", key=a_gap, page="crm:coverage"),
    "crm:lost-add": Made("CoveredSpan", "reason", key=a_gap, page="crm:coverage"),
    "crm:system-list": Made("NumberSystem", "name_zh"),
    "crm:reader-numbers": Made(
        "Identity",
        "number",
        {"system": "student"},
        key=lambda w: {"pk": w.reader.pk},
    ),
    "crm:reader-consent": Made(
        "ConsentEvent",
        "wording",
        {"channel": "email", "purposes": ["events"], "granted": "yes"},
        key=lambda w: {"pk": w.reader.pk},
        page="crm:reader-detail",
        is_of_a_person=True,
    ),
}
#: The addresses of these forms.
KEPT_ONCE = {name.split()[0] for name in MADE}
#: Forms that make a row and are kept once in another way, each with it.
ONCE_OTHERWISE = {
    "analytics:today-proposal": "a proposal is decided once, as on its own page",
    "analytics:today-work": "a person has one review of a work, which the second click changes",
    "analytics:campaign-draft": "no words: an evaluation has one draft, to which it leads again",
    "campaigns:content-test": "no words: the test below presses the button twice",
    "campaigns:host-list": "a host stands in the list once, by a constraint",
    "campaigns:mail-rules": "the rules of mailing are one row, written over",
    "campaigns:plan-edit": "a row for each channel, written over",
    "campaigns:promise-edit": "a campaign has one promise, written over",
    "campaigns:arms-edit": "a row for each letter, written over",
    "campaigns:unsubscribe": "saying no again changes no consent",
    "crm:usage-take": "a file and no words: a report sent again is refused by its digest",
    "crm:activity-import-create": "a file and no words: a file sent again is the same batch",
    "crm:import-create": "a file and no words: the test below sends two",
    "crm:import-table": "no words: the id of the page leads to what was begun",
    "crm:import-tables": "no words: the id of the page leads to what was begun",
    "crm:activity-import-table": "no words: the id of the page leads to what was begun",
    "crm:activity-import-tables": "no words: the id of the page leads to what was begun",
    "crm:tally-import-table": "no words: the id of the page leads to what was begun",
    "crm:tally-import-tables": "no words: the id of the page leads to what was begun",
    "crm:library-name": "the library's settings are one row, written over",
    "crm:library-settings": "the library's settings are one row, written over",
    "crm:library-colour": "the library's settings are one row, written over",
    "crm:library-costs": "the library's settings are one row, written over",
    "crm:mail-settings": "the library's settings are one row, written over",
    "crm:mail-test": "no words: every form of every page is clicked twice",
    "crm:setup-away": "the library's settings are one row, written over",
    "crm:sign-in-link": "no words: every form of every page is clicked twice",
    "crm:subscribe": "no words: every form of every page is clicked twice",
    "crm:me-address": "a reader has one new address, written over; the code goes out once",
    "crm:me-wechat": "a reader has one account there, written over",
    "crm:me-wechat-unlink": "what is taken back is not taken back twice",
    "crm:me-consent": "a consent that stands already is not written again",
    "crm:me-leave": "a reader leaves once, by a constraint",
    "crm:privacy-clock-term": "a term is one row, written over",
    "crm:reader-child": "an address has one account: the second is refused",
    "crm:department-member-add": "somebody is in a department once from a day on, by a constraint",
    "crm:register-list": "a row of a register is there once, by its code or its days",
    "crm:register-merge": "what has ended already is not merged again",
    "crm:register-paste": "lines that are there already change nothing",
    "crm:standing-edit": "its row is there; an alumnus follows it once, by a constraint",
    "crm:standing-add": "what somebody is from a day on is written down once, by a constraint",
    "crm:reader-erase": "nobody is erased twice",
    "crm:reader-join": "a record that has gone into another is not there to be joined again",
    "crm:score-brackets": "the brackets are one row, written over",
    "crm:segment-duplicate": "no words: the copy leads to itself again",
    "crm:segment-pin": "a reader is pinned once in a segment, by a constraint",
    "crm:tally-correct": "a number has one correction, written over",
    "crm:token-create": "a second token of the same name is refused",
    "feedback:survey-answer": "test_token_reused_with_other_answers_is_409_and_first_kept",
    "feedback:survey-duplicate": "no words: the copy leads to itself again",
    "feedback:survey-publish": "what has not changed since is not published again",
    "feedback:work-review": "one review of each person, written over",
}
#: Forms with an id that change a row and make none.
CHANGES_ROWS = {
    "analytics:target-edit": "the test of a target below",
    "crm:incident-detail": "its row is there",
    "crm:reader-stop": "its row is there",
    "crm:source-edit": "its row is there",
    "feedback:call-edit": "its row is there",
    "feedback:item-edit": "its row is there",
}
KEEPS_ONCE = once(lambda request: None).__code__


def carried(client, page: str, target: str) -> dict:
    """The hidden fields and first choices of the form on ``page`` that is sent to ``target``."""
    reader = FormReader(page)
    reader.feed(client.get(page).content.decode())
    found = [form for form in reader.found if form.action == target and form.typed]
    assert found, f"no form on {page} is sent to {target}"
    return found[-1].carried


def model_named(name: str):
    return next(model for model in apps.get_models() if model.__name__ == name)


@pytest.mark.parametrize("name", MADE)
def test_sent_twice_is_kept_once_and_another_text_is_said_not_to_be(name, world):
    """Fault 49. The same id with the same text is one row, with another text 409."""
    made = MADE[name]
    world.me  # noqa: B018 (the reader that the reader user is)
    client = client_of(world, made.visitor)
    key = made.key(world)
    target = reverse(name.split()[0], kwargs=key)
    page = reverse(made.page, kwargs=key) if made.page else target
    if made.is_of_a_person:
        client.post(reverse("crm:reader-reason", kwargs=key), {"reason": "enquiry"})
    data = carried(client, page, target) | made.data
    rows = model_named(made.model)._default_manager
    before = rows.count()

    first = client.post(target, data | {made.words: FIRST})
    assert first.status_code == 302, first.context["form"].errors
    again = client.post(target, data | {made.words: FIRST})
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert rows.count() == before + 1

    other = client.post(target, data | {made.words: OTHER})
    assert other.status_code == 409
    assert OTHER in other.content.decode()
    assert rows.count() == before + 1


def test_file_sent_twice_is_one_batch_and_another_file_is_not_added(world):
    """Fault 49. What is compared is the file itself, whatever its name."""
    client = client_of(world, "librarian")
    target = reverse("crm:import-create")
    data = {"client_id": str(uuid4()), "profile": ""}

    def send(content: bytes) -> int:
        file = SimpleUploadedFile("readers.csv", content)
        return client.post(target, data | {"file": file}).status_code

    assert [send(b"number\nA1\n"), send(b"number\nA1\n"), send(b"number\nA2\n")] == [302, 302, 409]
    assert ImportBatch.objects.count() == 1


def views_kept_once() -> set[str]:
    """Addresses whose view goes through the receipts of forms."""
    found = set()
    for name, callback in views_by_name():
        while callback is not None:
            if callback.__code__ is KEEPS_ONCE:
                found.add(name)
            callback = getattr(callback, "__wrapped__", None)
    return found


def views_by_name(patterns=None, namespace="") -> Iterator[tuple[str, Callable]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from views_by_name(pattern.url_patterns, inner)
        elif isfunction(pattern.callback):
            yield f"{namespace}{pattern.name}", pattern.callback


def test_every_form_that_is_kept_by_its_id_is_tried_with_other_words():
    """What makes a row on a page of the matrix is found by clicking (test_double_click.py); this
    finds those whose form the matrix's world does not show.
    """
    assert len(views_kept_once()) > 15
    assert sorted(views_kept_once() - KEPT_ONCE - ONCE_OTHERWISE.keys() - CHANGES_ROWS.keys()) == []


def test_after_a_conflict_the_page_has_a_new_id(client, world):
    target = reverse("feedback:voice-create")
    data = {"kind": "question", "category": "other", "client_id": str(uuid4())}
    client.post(target, data | {"text": FIRST})
    refused = client.post(target, data | {"text": OTHER})

    reader = FormReader(target)
    reader.feed(refused.content.decode())
    renewed = next(form for form in reader.found if "text" in form.typed).carried["client_id"]
    assert renewed != data["client_id"]

    assert client.post(target, data | {"text": OTHER, "client_id": renewed}).status_code == 302


def test_refused_form_may_be_sent_again_under_its_id(world):
    client = client_of(world, "manager")
    target = reverse("campaigns:content-create", kwargs=campaign_key(world))
    data = {"client_id": str(uuid4()), "title": "十月", "subject": "秋天", "purpose": "events"}
    assert client.post(target, data | {"body": ""}).status_code == 400
    assert client.post(target, data | {"body": "<p>有字</p>"}).status_code == 302


def test_target_is_set_once_and_another_one_stays_on_the_page(world):
    """Fault 49. A target set meanwhile by a colleague is not written over by a second click."""
    client = client_of(world, "manager")
    page, target = reverse("analytics:month"), reverse("analytics:target-edit")
    data = carried(client, page, target) | {"metric": "active_readers"}
    assert client.post(target, data | {"value": "100"}).status_code == 302
    set_target(metric="active_readers", value=300, by=world.user("manager"))

    assert client.post(target, data | {"value": "100"}).status_code == 302
    other = client.post(target, data | {"value": "200"})
    assert other.status_code == 409
    assert 'value="200"' in other.content.decode()
    assert Target.objects.get().value == 300


def test_test_mail_is_written_once_however_often_the_button_is_pressed(world):
    """Fault 49. A second click mails nobody a second time."""
    client = client_of(world, "manager")
    content = factories.ContentFactory(campaign=world.campaign)
    target = reverse("campaigns:content-test", args=[content.pk])
    page = client.get(content.get_absolute_url()).content.decode()
    reader = FormReader(content.get_absolute_url())
    reader.feed(page)
    data = next(form for form in reader.found if form.action == target).carried
    before = Letter.objects.count()
    for _ in range(2):
        assert client.post(target, data).status_code == 302
    assert Letter.objects.count() == before + 1


def test_id_of_somebody_else_tells_nothing(world):
    """Whoever knows the id of another person's page learns neither what came of it nor where."""
    data = {"client_id": str(uuid4()), "start": "blank", "title": FIRST}
    target = reverse("campaigns:campaign-create")
    assert client_of(world, "manager").post(target, data).status_code == 302
    assert client_of(world, "librarian").post(target, data).status_code == 409
    assert Campaign.objects.count() == 1


def test_draft_of_a_work_may_be_saved_again_with_other_words(world):
    world.me  # noqa: B018
    client = client_of(world, "reader")
    target = reverse("feedback:work-create", kwargs={"slug": world.call.slug})
    data = {"client_id": str(uuid4()), "title": "立冬", "draft": "1"}
    assert client.post(target, data | {"text": FIRST}).status_code == 302
    assert client.post(target, data | {"text": OTHER}).status_code == 302
    assert factories.SubmissionFactory._meta.model.objects.get().text == OTHER
