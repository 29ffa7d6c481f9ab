"""A person with a row in every hold, an account, a file and a refused row."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from campaigns.sending.models import Click
from crm.imports.models import ImportBatch, ImportChange, ImportRefusal
from crm.privacy.models import Correction, Departure, NewAddress
from crm.readers.actions import set_consent
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import FoldedMonth, Reader
from crm.segments.models import SegmentLog, SegmentMember, SegmentPin
from crm.staff import audit
from crm.staff.words import AuditAction
from feedback.calls.models import Review
from feedback.surveys.models import AnswerText, Response
from feedback.voices.models import VoiceMessage
from tests import factories

#: Texts that stand nowhere but in this person's rows.
NUMBER, NAME_OF, PEN = "QX77341", "欧阳独一", "独一笔名"
EMAIL, EMAIL_TOO, PHONE, OPENID = (
    "only.one@leaving.example",
    "only.two@leaving.example",
    "13977553311",
    "oid-unmistakable",
)
USERNAME = "onlyoneuser"
TEXTS = [
    "voice-text-unmistakable",
    "message-text-unmistakable",
    "work-text-unmistakable",
    "work-title-unmistakable",
    "review-note-unmistakable",
    "survey-text-unmistakable",
    "pin-reason-unmistakable",
    "wanted-unmistakable",
    "trait-unmistakable",
    "before-unmistakable",
    "wording-unmistakable",
    "unsigned-voice-unmistakable",
    "unsigned-message-unmistakable",
    "letter-unmistakable",
]
TRACES = [NUMBER, NAME_OF, PEN, EMAIL, EMAIL_TOO, PHONE, OPENID, USERNAME, *TEXTS]


def whole_person(librarian) -> Reader:
    """A reader with at least one row in every hold, an account, a file, a refused row."""
    user = factories.UserFactory(username=USERNAME, email=EMAIL, password="correct horse battery")
    reader = factories.ReaderFactory(
        number=NUMBER,
        name=NAME_OF,
        email=EMAIL,
        phone=PHONE,
        wechat=OPENID,
        user=user,
        traits={"hobby": TEXTS[8]},
        consents=["email", "wechat"],
    )
    EmailAddress.objects.create(user=user, email=EMAIL_TOO, verified=True)
    client = Client()
    client.force_login(user)
    audit.record(action=AuditAction.SIGN_IN, by=user, on=user, address="192.0.2.77")
    set_consent(
        reader=reader,
        channel="email",
        purpose="research",
        granted=True,
        source="staff",
        by=librarian,
        wording=TEXTS[10],
    )
    factories.ActivityFactory(reader=reader)
    at = timezone.now() - timedelta(days=200)
    FoldedMonth.objects.create(
        reader=reader, kind="visit", month=at.date().replace(day=1), n=3, first=at, last=at
    )
    look_at_one(reader, by=librarian, reason="enquiry")
    others = [factories.ReaderFactory().pk for _one in range(2)]
    look_at_many([reader.pk, *others], by=librarian, place="list")
    add_segments(reader, librarian)
    add_files(reader)
    Correction.objects.create(reader=reader, field="name", wanted=TEXTS[7])
    NewAddress.objects.create(reader=reader, channel="email", address=EMAIL_TOO)
    Departure.objects.create(reader=reader, due_at=timezone.now())
    add_letter(reader)
    add_words(reader, librarian)
    return reader


def add_segments(reader, librarian) -> None:
    segment = factories.SegmentFactory()
    SegmentMember.objects.create(segment=segment, reader=reader, since=timezone.now())
    SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=timezone.now())
    SegmentPin.objects.create(segment=segment, reader=reader, include=True, reason=TEXTS[6])
    audit.record(
        action=AuditAction.SEGMENT_PIN, by=librarian, on=segment, reader=reader.pk, include=True
    )


def add_files(reader) -> None:
    lines = f"number,name,email\n{NUMBER},{NAME_OF},{EMAIL}\n"
    batch = factories.ImportBatchFactory(
        file=ContentFile(lines.encode(), name="readers.csv"), state=ImportBatch.State.DONE
    )
    ImportChange.objects.create(batch=batch, reader=reader, before={"name": TEXTS[9]})
    ImportRefusal.objects.create(
        batch=batch, line=2, reason="bad-email", raw=[NUMBER, NAME_OF, EMAIL]
    )


def add_letter(reader) -> None:
    factories.LetterFactory(reader=reader, address=EMAIL, text=TEXTS[13])
    factories.LetterFactory(address=EMAIL, text=TEXTS[13])
    delivery = factories.DeliveryFactory(reader=reader, state="sent", sent_at=timezone.now())
    link = factories.TrackedLinkFactory(content=delivery.content)
    Click.objects.create(link=link, delivery=delivery, at=timezone.now(), ref="j:1")


def add_words(reader, librarian) -> None:
    voice = factories.VoiceFactory(reader=reader, text=TEXTS[0], email=EMAIL)
    VoiceMessage.objects.create(voice=voice, text=TEXTS[1], from_reader=True)
    unsigned = factories.VoiceFactory(text=TEXTS[11], email=EMAIL.upper())
    VoiceMessage.objects.create(voice=unsigned, text=TEXTS[12], from_reader=True)
    work = factories.SubmissionFactory(
        author=reader, text=TEXTS[2], title=TEXTS[3], pen_name=PEN, state="accepted"
    )
    Review.objects.create(submission=work, reviewer=librarian, score=7, note=TEXTS[4])
    survey = factories.SurveyFactory()
    item = factories.ItemFactory(survey=survey)
    version = survey.versions.create(
        number=1, definition={}, sha256="0" * 64, structural=True, published_by=librarian
    )
    response = Response.objects.create(
        survey=survey,
        version=version,
        reader=reader,
        language="en",
        answers={"1": TEXTS[5], "2": 3},
        digest="d" * 64,
        submitted_at=timezone.now(),
    )
    AnswerText.objects.create(response=response, item=item, text=TEXTS[5])
