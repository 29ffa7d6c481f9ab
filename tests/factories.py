"""One factory per model that tests make; each gives a valid row without arguments."""

from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from analytics.loop import formulas, storage
from analytics.loop.models import Adjustment, Evaluation, Finding
from campaigns.contents.models import Content
from campaigns.experiments.models import Arm, Assignment, Experiment, NamedOutcome, Role
from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, Channel
from campaigns.sending.models import Delivery
from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.imports.models import ImportBatch
from crm.jobs.models import Job
from crm.letters.models import Letter
from crm.readers.models import BETWEEN, COVERED, Activity, Reader, permissions
from crm.segments.models import Segment
from crm.staff.models import Campus, College, User
from feedback.calls.models import Call, Submission
from feedback.surveys.models import Item, Survey
from feedback.voices.models import Voice


# --- crm ------------------------------------------------------------------------------------------
class CampusFactory(DjangoModelFactory):
    class Meta:
        model = Campus

    code = factory.Sequence(lambda n: f"campus-{n}")
    name_zh = factory.Sequence(lambda n: f"校区{n}")
    name_en = factory.Sequence(lambda n: f"Campus {n}")


class CollegeFactory(DjangoModelFactory):
    class Meta:
        model = College

    code = factory.Sequence(lambda n: f"college-{n}")
    name_zh = factory.Sequence(lambda n: f"学院{n}")
    name_en = factory.Sequence(lambda n: f"College {n}")


class UserFactory(DjangoModelFactory):
    """A user without a password unless ``password=`` is given; ``role`` defaults to reader."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.Transformer(None, transform=make_password)


class BrowserSessionFactory(DjangoModelFactory):
    """Of nobody; with ``user=`` a session that user has signed in with, in another browser."""

    class Meta:
        model = BrowserSession

    session_key = factory.Sequence(lambda n: f"{n:064}")
    session_data = ""
    ends_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=12))
    expire_date = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30))


class ApiTokenFactory(DjangoModelFactory):
    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"program {n}")
    digest = factory.Sequence(lambda n: f"{n:064}")
    beginning = "abcdef"
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=365))


class KeptFormFactory(DjangoModelFactory):
    class Meta:
        model = KeptForm

    user = factory.SubFactory(UserFactory)
    path = "/say/"
    fields = factory.LazyFunction(lambda: [["text", "The lamps in the reading room hum."]])


def permissions_of(said: list[str]) -> list[str]:
    found = []
    for one in said:
        found += [one] if BETWEEN in one else permissions(one, COVERED)
    return sorted(found)


class ReaderFactory(DjangoModelFactory):
    """An active reader who can be reached by e-mail and agreed to it."""

    class Meta:
        model = Reader

    number = factory.Sequence(lambda n: f"R{n:06}")
    name = factory.Sequence(lambda n: f"Reader {n}")
    kind = Reader.Kind.UNDERGRADUATE
    email = factory.LazyAttribute(lambda reader: f"{reader.number.lower()}@example.org")
    # A channel alone stands for what a yes to it covers.
    consents = factory.Transformer(["email"], transform=permissions_of)


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    reader = factory.SubFactory(ReaderFactory)
    kind = "loan"
    at = factory.LazyFunction(timezone.now)
    source = "test"
    ref = factory.Sequence(str)


class LetterFactory(DjangoModelFactory):
    """A notice that is due."""

    class Meta:
        model = Letter

    kind = "notice"
    purpose = "notices"
    once = factory.Sequence(lambda n: f"test/{n}")
    address = factory.Sequence(lambda n: f"letter{n}@example.org")
    language = "zh-hans"
    subject = factory.Sequence(lambda n: f"Letter {n}")
    text = "It has been repaired."
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class SegmentFactory(DjangoModelFactory):
    """Every active reader."""

    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Segment {n}")
    rule = factory.LazyFunction(dict)


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    kind = "crm.import_file"
    title = factory.Sequence(lambda n: f"Job {n}")


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = ImportBatch

    file = factory.LazyFunction(
        lambda: ContentFile(b"number,kind\nA1,teacher\n", name="readers.csv")
    )
    filename = "readers.csv"
    sha256 = "0" * 64
    size = 23


# --- campaigns ------------------------------------------------------------------------------------
def email_channel() -> Channel:
    """The channel that the register's migration made."""
    return Channel.objects.get(code="email")


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    title = factory.Sequence(lambda n: f"Campaign {n}")
    owner = factory.SubFactory(UserFactory, role="librarian")


class ContentFactory(DjangoModelFactory):
    class Meta:
        model = Content

    campaign = factory.SubFactory(CampaignFactory)
    channel = factory.LazyFunction(email_channel)
    title = factory.Sequence(lambda n: f"Content {n}")
    subject = "Hello {name}"
    body = "<p>Dear {name}</p>"


class ExperimentFactory(DjangoModelFactory):
    """A visit within 28 days, worth it from four points on."""

    class Meta:
        model = Experiment

    campaign = factory.SubFactory(CampaignFactory)
    outcome = NamedOutcome.VISIT
    smallest_effect = 4


class ArmFactory(DjangoModelFactory):
    """The only arm, which all get who are not held out."""

    class Meta:
        model = Arm

    experiment = factory.SubFactory(ExperimentFactory)
    code = "A"
    label = "A poem"
    weight = 100


class AssignmentFactory(DjangoModelFactory):
    """Held out, so that no arm is needed."""

    class Meta:
        model = Assignment

    experiment = factory.SubFactory(ExperimentFactory)
    reader = factory.SubFactory(ReaderFactory)
    role = Role.HELD_OUT
    at = factory.LazyFunction(timezone.now)
    identity = Reader.Kind.UNDERGRADUATE


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    content = factory.SubFactory(ContentFactory)
    reader = factory.SubFactory(ReaderFactory)
    due_at = factory.LazyFunction(timezone.now)


class TrackedLinkFactory(DjangoModelFactory):
    class Meta:
        model = TrackedLink

    code = factory.Sequence(lambda n: f"c{n:07}")
    campaign = factory.SubFactory(CampaignFactory)
    channel = factory.LazyFunction(email_channel)
    placement = factory.Sequence(lambda n: f"Place {n}")
    target = "https://example.org/"


# --- feedback -------------------------------------------------------------------------------------
class SurveyFactory(DjangoModelFactory):
    class Meta:
        model = Survey

    slug = factory.Sequence(lambda n: f"survey-{n}")
    title = factory.LazyFunction(lambda: {"zh-hans": "问卷", "en": "Survey"})
    created_by = factory.SubFactory(UserFactory, role="librarian")


class ItemFactory(DjangoModelFactory):
    class Meta:
        model = Item

    survey = factory.SubFactory(SurveyFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    kind = Item.Kind.TEXT
    text = factory.LazyFunction(lambda: {"zh-hans": "你的意见？", "en": "What do you think?"})


class VoiceFactory(DjangoModelFactory):
    class Meta:
        model = Voice

    reference = factory.Sequence(lambda n: f"V-{n:06}")
    secret = factory.Sequence(lambda n: f"SECRET{n:06}")
    text = "The lamp is broken."


class CallFactory(DjangoModelFactory):
    """Published and open."""

    class Meta:
        model = Call

    slug = factory.Sequence(lambda n: f"call-{n}")
    title = factory.Sequence(lambda n: f"Call {n}")
    brief = "Write about light."
    licence = "The library may print it with my name."
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
    published = True
    created_by = factory.SubFactory(UserFactory, role="librarian")


class SubmissionFactory(DjangoModelFactory):
    class Meta:
        model = Submission

    call = factory.SubFactory(CallFactory)
    author = factory.SubFactory(ReaderFactory)
    title = factory.Sequence(lambda n: f"Work {n}")
    text = "Light."
    state = Submission.State.SUBMITTED
    submitted_at = factory.LazyFunction(timezone.now)


# --- analytics ------------------------------------------------------------------------------------
def quiet_inputs() -> dict:
    """What a campaign over e-mail freezes when nobody has been addressed yet."""
    return {
        "formulas": 2,
        "window": {"start": "2026-03-02T02:00:00+00:00", "end": None},
        **dict.fromkeys(
            ("cells", "persons", "open_clicks", "surveys", "segments", "costs", "standards"), []
        ),
        "contributors": 0,
        "calls": 0,
        "send_hour": 10,
        "holdout_percent": 10,
        "channels": [
            {
                "code": "email",
                "name": {"zh-hans": "邮件", "en": "E-mail"},
                "kind": "online",
                "personal": True,
                "share": 100,
                "planned_cost": 0.0,
            }
        ],
        "hour_rate": 60.0,
        "context": {"other_segments": [], "segments": {}},
    }


def results_of(inputs: dict) -> dict:
    """The figures of frozen inputs, both as the database keeps them."""
    return storage.results_to_json(formulas.compute(storage.inputs_from_json(inputs)))


class EvaluationFactory(DjangoModelFactory):
    class Meta:
        model = Evaluation

    campaign = factory.SubFactory(CampaignFactory)
    number = factory.Sequence(lambda n: n + 1)
    as_of = factory.LazyFunction(timezone.now)
    inputs_sha256 = factory.Sequence(lambda n: f"{n:064}")
    inputs = factory.LazyFunction(lambda: quiet_inputs())
    results = factory.LazyAttribute(lambda evaluation: results_of(evaluation.inputs))


class AdjustmentFactory(DjangoModelFactory):
    class Meta:
        model = Adjustment

    evaluation = factory.SubFactory(EvaluationFactory)
    kind = Adjustment.Kind.TIMING
    target = "send_hour"
    before = 10
    after = 20
    measure = "response_rate"
    n = 100


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    evaluation = factory.SubFactory(EvaluationFactory)
    kind = Finding.Kind.CHANNEL
    subject = "channel:email"
    label = factory.LazyFunction(lambda: {"zh-hans": "邮件", "en": "E-mail"})
    value = 0.5
    low = 0.4
    high = 0.6
    unit = "share"
    n = 100
    rows = factory.LazyAttribute(
        lambda f: {"campaign": f.evaluation.campaign_id, "channel": "email"}
    )
