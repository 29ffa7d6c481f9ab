"""Something old of every kind of data that has a term, and something young beside it."""

from datetime import date, timedelta
from uuid import uuid4

import pgtrigger
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from analytics.facts.models import Fact
from campaigns.returns.models import ReturnedMail
from campaigns.sending.models import LinkLook
from core.addresses import address_digest
from crm.activities.models import AlsoIn, NamelessVisit
from crm.collections.models import LEAST_ITEMS, FormerList, ListedCollection, ListedLoan
from crm.imports.models import ImportBatch, ImportChange, ImportRefusal
from crm.letters.models import Letter
from crm.privacy.models import Correction, NewAddress
from crm.readers.models import Activity, Look
from crm.segments.models import SegmentLog, SegmentMember
from crm.sources.models import DataSource
from crm.staff.models import AuditEvent
from crm.subscribers.models import Subscriber
from tests import factories
from tests.owner import FUNCTION, as_owner

LONG_AGO = timedelta(days=4000)
#: Columns by which each kind is old.
TIMES = {
    "crm.AuditEvent": "at",
    "crm.SegmentNameDescriptionRuleVersionEvent": "pgh_created_at",
    "campaigns.CampaignEvent": "pgh_created_at",
    "campaigns.StandardEvent": "pgh_created_at",
}


def fill() -> None:
    """Two rows of each kind, the first of which is ten years old; figures are up to date."""
    figures_are_computed()
    for at in (timezone.now() - LONG_AGO, timezone.now()):
        what_readers_did(at)
        files(at)
        letters_and_voices(at)
        who_is_no_reader(at)


def figures_are_computed() -> None:
    """Daily figures were computed just now: no row is kept for them."""
    Fact.objects.get_or_create(
        metric="x",
        grain=Fact.Grain.DAY,
        start=date(2020, 1, 1),
        defaults={"value": 1, "n": 1, "computed_at": timezone.now()},
    )


def what_readers_did(at) -> None:
    reader, staff = factories.ReaderFactory(), factories.UserFactory(role="librarian")
    Activity.objects.log([(reader.pk, "visit", at, "gate", f"{at:%Y}")])
    # As the night does that counts them.
    Activity.objects.update(late=False)
    look = Look.objects.create(user=staff, reader=reader)
    # Asked of the function at once: around a context of changes ``as_owner`` knows no statement.
    aged = f"UPDATE crm_look SET at = '{at.isoformat()}' WHERE id = {look.pk}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FUNCTION}(%s)", [aged])
    segment = factories.SegmentFactory()
    segment.description = "changed"
    segment.save()
    SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=at)
    SegmentMember.objects.create(segment=segment, reader=reader, since=at)
    came_and_left(segment, at)
    Correction.objects.create(
        reader=reader, field="name", wanted="x", granted=True, decided_at=at, decided_by=staff
    )
    NewAddress.objects.create(reader=reader, channel="email", address="x@example.org", asked_at=at)
    AuditEvent.objects.create(action="sign-in")
    delivery = factories.DeliveryFactory(reader=reader, state="sent", sent_at=at)
    what_machines_did(delivery, at)
    factories.AssignmentFactory(
        experiment__campaign=delivery.content.campaign, reader=reader, at=at
    )
    content, campaign = delivery.content, delivery.content.campaign
    campaign.theme = "changed"
    campaign.save()
    type(content).objects.filter(pk=content.pk).update(
        launched_at=at, launched_by=staff, state="sent"
    )
    type(campaign).objects.filter(pk=campaign.pk).update(ends_on=(at + timedelta(days=5)).date())
    if at < timezone.now() - timedelta(days=100):
        factories.EvaluationFactory(campaign=campaign, as_of=at + timedelta(days=30))
        age_histories(at)


def what_machines_did(delivery, at) -> None:
    """A mail that came back, and a look at a link."""
    ReturnedMail.objects.create(
        delivery=delivery, kind=ReturnedMail.Kind.BOUNCE, digest=f"{at:%Y}".encode(), at=at
    )
    LinkLook.objects.create(delivery=delivery, kind=LinkLook.Kind.WAY_OUT, at=at, ref=f"{at:%Y}")


def came_and_left(segment, at) -> None:
    """Six who entered at ``at`` and left just now: of the old ones the night takes the entering."""
    now = timezone.now()
    for reader in factories.ReaderFactory.create_batch(6):
        SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=at)
        SegmentLog.objects.create(segment=segment, reader=reader, entered=False, at=now)
    type(segment).objects.filter(pk=segment.pk).update(created_at=at, refreshed_at=now, size=1)


def age_histories(at) -> None:
    """What triggers wrote has the hour of the test."""
    with as_owner():
        for label, column in TIMES.items():
            rows = apps.get_model(label).objects.all()
            if label == "crm.AuditEvent":
                rows = rows.filter(action="sign-in")
                with pgtrigger.ignore("crm.AuditEvent:append_only"):
                    rows.update(**{column: at})
            else:
                rows.update(**{column: at})


def files(at) -> None:
    batch = factories.ImportBatchFactory(state="done", merged_at=at)
    batch.file.save("patrons.csv", ContentFile(b"number\n1\n"))
    ImportBatch.objects.filter(pk=batch.pk).update(created_at=at, merged_at=at)
    ImportRefusal.objects.create(batch=batch, line=2, reason="nul", raw=["x"])
    ImportChange.objects.create(batch=batch, reader=factories.ReaderFactory(), before={})
    AlsoIn.objects.create(batch=batch, activity=1)
    collection, _made = ListedCollection.objects.get_or_create(name="书单", items=LEAST_ITEMS)
    FormerList.objects.create(digests=b"", removed_at=at)
    ListedLoan.objects.create(
        collection=collection,
        reader=factories.ReaderFactory(),
        day=timezone.localdate(at),
        source="library",
        ref=f"{at:%Y}",
        import_run=batch.pk,
    )


def letters_and_voices(at) -> None:
    letter = factories.LetterFactory(state="sent", sent_at=at)
    Letter.objects.filter(pk=letter.pk).update(created_at=at)
    factories.VoiceFactory(email="x@example.org", state="closed", closed_at=at)


def who_is_no_reader(at) -> None:
    """A visit of which nobody knows whose it was, and an address that nobody confirmed."""
    gate, _made = DataSource.objects.get_or_create(
        code="nameless-gate", name="Gate without names", kinds=["visit"], named=False
    )
    NamelessVisit.objects.create(
        source=gate, day=timezone.localdate(at), visitor=uuid4(), import_run=1
    )
    address = f"asked-{at:%Y}@example.org"
    Subscriber.objects.create(
        address=address,
        digest=address_digest(address),
        asked_purposes=["events"],
        asked_language="en",
        asked_at=at,
    )
