"""A person with a row in every hold, an account, a file and a refused row."""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from campaigns.returns.models import ReturnedMail
from campaigns.sending.models import Click, LinkLook
from core.addresses import address_digest
from crm.accounts.models import KeptForm
from crm.accounts.store import SessionStore
from crm.collections.models import LEAST_ITEMS, ListedCollection, ListedLoan
from crm.imports.models import ImportBatch, ImportChange, ImportRefusal
from crm.merges.actions import merge
from crm.merges.models import NotTwins
from crm.privacy.models import Correction, Departure, NewAddress
from crm.readers.actions import set_consent, update_reader
from crm.readers.looks import look_at_many, look_at_one
from crm.readers.models import (
    Activity,
    FoldedMonth,
    Identity,
    Look,
    MonthCount,
    Reader,
    Suppression,
)
from crm.rfc.measuring import measure
from crm.segments.models import SegmentLog, SegmentMember, SegmentPin
from crm.staff import audit, guesses
from crm.staff.models import GuessCounter
from crm.staff.words import AuditAction
from crm.standings.models import Standing
from crm.subscribers.models import Subscriber
from feedback.calls.models import Review
from feedback.surveys.models import AnswerText, Response
from feedback.voices.models import VoiceMessage
from tests import clock, factories
from tests.owner import as_owner

#: Texts that stand nowhere but in this person's rows.
NUMBER, NAME_OF, PEN = "QX77341", "欧阳独一", "独一笔名"
EMAIL, EMAIL_TOO, PHONE, OPENID = (
    "only.one@leaving.example",
    "only.two@leaving.example",
    "13977553311",
    "oid-unmistakable",
)
USERNAME = "onlyoneuser"
#: What stood in their row before, what they typed and never confirmed, and what another row of
#: theirs holds.
FORMER, UNPROVEN, TWIN_EMAIL, TWIN_NUMBER, FORMER_PHONE = (
    "only.former@leaving.example",
    "only.typed@leaving.example",
    "only.twin@leaving.example",
    "QX99112",
    "13911223344",
)
#: The number of a record that was joined with theirs.
JOINED_NUMBER = "QX55001"
#: Where somebody typed wrong passwords at their account.
NETWORK = "198.51.100.77"
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
    "former-voice-unmistakable",
    "header-unmistakable",
    "sender-unmistakable",
    "noted-in-the-admin-unmistakable",
]
#: Texts of what is past its term.
OLD_LETTER, OLD_HEADER, OLD_SENDER, OLD_BEFORE = OLD_TEXTS = (
    "old-letter-unmistakable",
    "old-header-unmistakable",
    "old-sender-unmistakable",
    "old-before-unmistakable",
)
TRACES = [
    *(NUMBER, NAME_OF, PEN, EMAIL, EMAIL_TOO, PHONE, OPENID, USERNAME, *TEXTS),
    *(FORMER, UNPROVEN, TWIN_EMAIL, TWIN_NUMBER, FORMER_PHONE, NETWORK, "139 7755-3311"),
    JOINED_NUMBER,
    "begunbyonlyone",
    "CARD-QX99113",
]


def whole_person(librarian) -> Reader:
    """A reader with at least one row in every hold, an account, a file, a refused row."""
    user = factories.UserFactory(username=USERNAME, email=EMAIL, password="correct horse battery")
    reader = factories.ReaderFactory(
        number=NUMBER,
        name=NAME_OF,
        email=FORMER,
        phone=FORMER_PHONE,
        wechat=OPENID,
        user=user,
        traits={"hobby": TEXTS[8]},
        consents=["email", "wechat"],
    )
    update_reader(reader=reader, by=librarian, email=EMAIL, phone=PHONE)
    EmailAddress.objects.create(user=user, email=EMAIL_TOO, verified=True)
    add_what_no_key_leads_to(reader, user, librarian)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    GuessCounter.objects.create(key=guesses.key_of(user), tries=2, at=timezone.now())
    factories.ApiTokenFactory(user=user, name="token-unmistakable")
    factories.KeptFormFactory(user=user, fields=[["text", "kept-unmistakable"]])
    Suppression.objects.create(
        channel="wechat", digest=address_digest(OPENID), reason="unsubscribed"
    )
    factories.LetterFactory(address=EMAIL_TOO)
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
    add_what_they_are(reader)
    add_listed_loan(reader, timezone.localdate())
    at = timezone.now() - timedelta(days=200)
    FoldedMonth.objects.create(
        reader=reader, kind="visit", month=at.date().replace(day=1), n=3, first=at, last=at
    )
    add_month_count(reader)
    measure()
    look_at_one(reader, by=librarian, reason="enquiry")
    others = [factories.ReaderFactory().pk for _one in range(2)]
    look_at_many([reader.pk, *others], by=librarian, place="list")
    add_segments(reader, librarian)
    add_files(reader)
    Correction.objects.create(reader=reader, field="name", wanted=TEXTS[7])
    add_other_records(reader, librarian)
    NewAddress.objects.create(reader=reader, channel="email", address=UNPROVEN)
    Departure.objects.create(reader=reader, due_at=timezone.now())
    add_letter(reader)
    add_words(reader, librarian)
    return reader


def add_what_no_key_leads_to(reader, user, librarian) -> None:
    """A second row of theirs, sessions, kept forms, locks, an account begun, a refused number."""
    # The same telephone in another writing, and the same name.
    factories.ReaderFactory(
        number=TWIN_NUMBER, name=NAME_OF, email=TWIN_EMAIL, phone="+86 139 7755-3311"
    )
    EmailAddress.objects.create(user=user, email=UNPROVEN, verified=False)
    begun = factories.UserFactory(username="begunbyonlyone", email=EMAIL)
    add_notes_of_the_admin(user, begun, librarian)
    EmailAddress.objects.create(user=begun, email=EMAIL, verified=False)
    store = SessionStore()
    store["account_password_reset_verification"] = {"email": UNPROVEN.title(), "code": "x"}
    store.create()
    KeptForm.objects.create(
        user=librarian, path="/desk/voices/1/", fields=[["to", UNPROVEN.upper()]]
    )
    KeptForm.objects.create(
        user=librarian, path="/desk/voices/1/", fields=[["call", "０１３９ 7755-3311, soon"]]
    )
    audit.record(action=AuditAction.SIGN_IN_LOCKED, on=user, address=NETWORK)
    factories.VoiceFactory(text=TEXTS[14], email=FORMER)
    factories.LetterFactory(
        address=FORMER,
        text="",
        sender=TEXTS[16],
        reason=f"550 <{FORMER}> unknown",
        headers={"List-Unsubscribe": f"<https://x/{TEXTS[15]}>"},
    )
    batch = factories.ImportBatchFactory(state=ImportBatch.State.DONE)
    ImportRefusal.objects.create(
        batch=batch, line=3, reason="bad-email", raw=["x", "call 139 7755-3311", "y"]
    )


def add_month_count(reader: Reader) -> None:
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


def add_what_they_are(reader) -> None:
    """A further number, and what they are from a day on."""
    Identity.objects.create(reader=reader, system_id="student", number="CARD-QX99113")
    Standing.objects.create(
        reader=reader, kind="undergraduate", starts_on=date(2025, 9, 1), source="staff"
    )


def add_listed_loan(reader, day) -> None:
    """Something of a collection that the library promotes was borrowed on ``day``."""
    collection, _made = ListedCollection.objects.get_or_create(name="冬日书单", items=LEAST_ITEMS)
    ListedLoan.objects.create(
        collection=collection,
        reader=reader,
        day=day,
        source="library",
        ref=f"loan of {day}",
        import_run=1,
    )


def add_notes_of_the_admin(user, begun, librarian) -> None:
    """Accounts edited in Django's admin, and an address deleted there."""
    LogEntry.objects.log_actions(librarian.pk, [user, begun], CHANGE, TEXTS[17])
    gone = EmailAddress.objects.create(user=user, email=EMAIL_TOO.upper())
    LogEntry.objects.log_actions(librarian.pk, [gone], DELETION, "")
    gone.delete()


def add_other_records(reader, librarian) -> None:
    """One that was joined with theirs, and two that are somebody else's."""
    gone = factories.ReaderFactory(number=JOINED_NUMBER, name="", email="", consents=[])
    merge(kept=reader, gone=gone, by=librarian, why="claim")
    reader.refresh_from_db()
    NotTwins.objects.create(one=reader, other=factories.ReaderFactory())
    NotTwins.objects.create(one=factories.ReaderFactory(), other=reader)


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
    at = timezone.now()
    factories.AssignmentFactory(
        experiment__campaign=delivery.content.campaign, reader=reader, at=at
    )
    Click.objects.create(link=link, delivery=delivery, at=at, ref="j:1")
    LinkLook.objects.create(link=link, delivery=delivery, kind=LinkLook.Kind.HEAD, at=at, ref="j:2")
    ReturnedMail.objects.create(delivery=delivery, kind=ReturnedMail.Kind.BOUNCE, digest=b"r")
    # They asked for letters at the door for everybody, too.
    asked = {"link": "l", "asked_purposes": ["events"], "asked_at": at}
    asked_for = Subscriber.objects.create(address=EMAIL, digest=address_digest(EMAIL), **asked)
    Subscriber.objects.filter(pk=asked_for.pk).update(purposes=["events"], confirmed_at=at, link="")


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


def what_is_past_its_term(reader, librarian) -> None:
    """A row of theirs of each kind whose term is over; figures were computed just now."""
    clock.figures_are_computed()
    at = timezone.now() - clock.LONG_AGO
    Activity.objects.log([(reader.pk, "visit", at, "gate", "long ago")])
    look = Look.objects.create(user=librarian, reader=reader)
    with as_owner():
        Look.objects.filter(pk=look.pk).update(at=at)
    log = {"segment": factories.SegmentFactory(), "reader": reader, "entered": True}
    SegmentLog.objects.create(at=at, **log)
    decided = {"granted": True, "decided_at": at, "decided_by": librarian}
    Correction.objects.create(reader=reader, field="name", wanted=TEXTS[7], **decided)
    factories.VoiceFactory(email=FORMER, state="closed", closed_at=at, text="said long ago")
    add_listed_loan(reader, timezone.localdate(at))
    add_old_file(reader, at)
    add_old_mail(reader, at)


def add_old_file(reader, at) -> None:
    batch = factories.ImportBatchFactory(
        file=ContentFile(f"number\n{NUMBER}\n".encode(), name="old.csv"), state="done"
    )
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=at, merged_at=at)
    ImportRefusal.objects.create(batch=batch, line=2, reason="nul", raw=[NUMBER])
    ImportChange.objects.create(batch=batch, reader=reader, before={"name": OLD_BEFORE})


def add_old_mail(reader, at) -> None:
    content = factories.ContentFactory(
        launched_at=at, launched_by=factories.UserFactory(), state="sent"
    )
    factories.DeliveryFactory(
        content=content, reader=reader, state="failed", due_at=at, reason=f"550 <{EMAIL}>"
    )
    factories.AssignmentFactory(experiment__campaign=content.campaign, reader=reader, at=at)
    for whose in (reader, None):
        factories.LetterFactory(
            reader=whose,
            address=FORMER,
            subject=OLD_LETTER,
            text=OLD_LETTER,
            sender=OLD_SENDER,
            about=f"crm.reader:{reader.pk}",
            reason=f"550 <{FORMER}> unknown",
            headers={"List-Unsubscribe": f"<https://x/{OLD_HEADER}>"},
            state="failed",
            created_at=at,
        )
