"""Two records of one person, each with rows in every hold, and what stands of them where."""

from datetime import date, datetime, timedelta

from django.apps import apps
from django.db import connection
from django.utils import timezone

from campaigns.sending.models import Click
from core.holds import registered
from crm.collections.models import LEAST_ITEMS, ListedCollection, ListedLoan
from crm.imports.models import ImportChange
from crm.privacy.models import Correction, NewAddress
from crm.readers.actions import set_consent, update_reader
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import FoldedMonth, Identity, MonthCount, NumberSystem, Reader
from crm.segments.models import SegmentLog, SegmentMember, SegmentPin
from crm.standings.models import Standing
from feedback.surveys.models import AnswerText, Response
from feedback.voices.models import VoiceMessage
from tests import factories

#: Beside the tables of the holds.
TABLES = {"crm_reader", "crm_suppression"}


def system(code: str) -> NumberSystem:
    return NumberSystem.objects.get_or_create(code=code, defaults={"name_zh": code})[0]


def pair(librarian, **of_gone) -> tuple[Reader, Reader]:
    """The kept record and another one: both with rows of everything, some of which only one of
    them may have.
    """
    system("student")
    kept = factories.ReaderFactory(
        source="student", number="S1", name="李雷", email="lei@example.com", traits={"a": 1}
    )
    said = {
        "number": "K1",
        "name": "李雷",
        "email": "lei2@example.com",
        "phone": "13800000001",
        "wechat": "oid-lei",
        "traits": {"a": 2, "b": 3},
        "cohort": 2021,
        "consents": ["email", "wechat"],
    }
    gone = factories.ReaderFactory(**(said | of_gone))
    shared = shared_things(librarian)
    for reader in (kept, gone):
        fill(reader, librarian, shared)
    look_at_many([kept.pk, gone.pk], by=librarian, place="list")
    look_at_many([gone.pk], by=librarian, place="list")
    kept.refresh_from_db()
    gone.refresh_from_db()
    return kept, gone


def shared_things(librarian) -> dict:
    """What both have to do with."""
    survey = factories.SurveyFactory()
    return {
        "content": factories.ContentFactory(),
        "segment": factories.SegmentFactory(),
        "batch": factories.ImportBatchFactory(),
        "collection": ListedCollection.objects.create(name="冬日书单", items=LEAST_ITEMS),
        "experiment": factories.ExperimentFactory(),
        "item": factories.ItemFactory(survey=survey),
        "version": survey.versions.create(
            number=1, definition={}, sha256="0" * 64, structural=True, published_by=librarian
        ),
    }


def fill(reader: Reader, librarian, shared: dict) -> None:
    """A row in every hold but a departure, which would keep the two from being joined."""
    update_reader(reader=reader, by=librarian, language="en", phone=f"1390000{reader.pk:04}")
    for purpose, granted in (("research", True), ("events", False)):
        set_consent(
            reader=reader,
            channel="sms",
            purpose=purpose,
            granted=granted,
            source="staff",
            by=librarian,
        )
    Identity.objects.create(reader=reader, system=system("staff"), number=f"T{reader.pk}")
    add_deeds(reader)
    look_at_one(reader, by=librarian, reason="enquiry")
    segment = shared["segment"]
    now = timezone.now()
    SegmentMember.objects.create(segment=segment, reader=reader, since=now)
    SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=now)
    SegmentPin.objects.create(segment=segment, reader=reader, include=True)
    Standing.objects.create(reader=reader, kind="teacher", starts_on=date(2020, 9, 1))
    ListedLoan.objects.create(
        collection=shared["collection"],
        reader=reader,
        day=date(2026, 3, 1),
        source="student",
        ref=f"loan-{reader.pk}",
        import_run=shared["batch"].pk,
    )
    ImportChange.objects.create(batch=shared["batch"], reader=reader, before={"name": "x"})
    Correction.objects.create(reader=reader, field="name", wanted="y")
    NewAddress.objects.create(reader=reader, channel="email", address="new@example.com")
    add_words(reader, shared)


def add_deeds(reader: Reader) -> None:
    for _one in range(2):
        factories.ActivityFactory(reader=reader)
    at = timezone.now() - timedelta(days=200 + reader.pk % 2)
    FoldedMonth.objects.create(
        reader=reader, kind="visit", month=date(2026, 3, 1), n=3, first=at, last=at
    )
    MonthCount.objects.create(
        reader=reader,
        kind="loan",
        month=date(2026, 3, 1),
        begins=timezone.make_aware(datetime(2026, 3, 1)),
        ends=timezone.make_aware(datetime(2026, 4, 1)),
        n=2,
        source="library-system",
        ref=f"month-{reader.pk}",
        import_run=1,
    )
    month = date(2025, 1 + reader.pk % 12, 1)
    FoldedMonth.objects.create(reader=reader, kind="loan", month=month, n=2, first=at, last=at)


def add_words(reader: Reader, shared: dict) -> None:
    """Letters, answers, voices and works."""
    factories.LetterFactory(reader=reader)
    for content in (shared["content"], factories.ContentFactory()):
        delivery = factories.DeliveryFactory(reader=reader, content=content)
        link = factories.TrackedLinkFactory(content=content)
        ref = f"j:{delivery.pk}"
        Click.objects.create(link=link, delivery=delivery, at=timezone.now(), ref=ref)
    for experiment in (shared["experiment"], factories.ExperimentFactory()):
        factories.AssignmentFactory(reader=reader, experiment=experiment)
    voice = factories.VoiceFactory(reader=reader)
    VoiceMessage.objects.create(voice=voice, text="again", from_reader=True)
    factories.SubmissionFactory(author=reader)
    answer = Response.objects.create(
        survey=shared["version"].survey,
        version=shared["version"],
        reader=reader,
        language="en",
        answers={"1": "hello"},
        digest=f"{reader.pk:064}",
        submitted_at=timezone.now(),
    )
    AnswerText.objects.create(response=answer, item=shared["item"], text="hello")


def everything() -> dict[str, list[str]]:
    """{table: its rows as texts, sorted} of every table that leads to readers."""
    tables = set(TABLES)
    for hold in registered():
        if hold.model not in ("crm.JoinedRecord", "crm.MergedRow"):
            tables.add(hold.model_class()._meta.db_table)
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
            found[table] = [text for (text,) in cursor.fetchall()]
    return found


def rows_of(pk: int) -> dict[str, int]:
    """{"crm.Activity.reader": how many rows name this key} of every hold; only those that do."""
    found = {}
    for hold in registered():
        is_list = hold.erase == "take out"
        if hold.is_direct and not is_list:
            model = apps.get_model(hold.model)
            n = model._base_manager.filter(**{hold.field: pk}).count()
            if n:
                found[f"{hold.model}.{hold.field}"] = n
    return found
