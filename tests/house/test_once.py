"""Every form that makes a row is kept once, and never loses a text without a word (fault 49)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from django.apps import apps
from django.urls import reverse

from analytics.facts.actions import set_target
from analytics.facts.models import Target
from campaigns.plan.models import Campaign
from crm.letters.models import Letter
from tests import factories
from tests.house.test_hostile_forms import FormReader
from tests.house.test_permissions import client_of

pytestmark = pytest.mark.django_db
FIRST, OTHER = "第一次写的", "后来另写的"


def nothing(_world) -> dict:
    return {}


def campaign_key(world) -> dict:
    return {"pk": world.campaign.pk}


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
    "crm:incident-create": Made(
        "Incident", "title", {"concerned": "读者的邮箱", "noticed_at": "2026-03-01T08:00"}
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
