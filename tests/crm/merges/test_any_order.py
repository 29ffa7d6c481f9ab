"""Records joined in any way and taken apart in any order are in the end what they were."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.refusals import Refused
from crm.merges import actions
from crm.merges.models import JoinedRecord, MergedRow
from crm.readers.models import FoldedMonth, Identity, Reader, StopReason, permissions
from crm.readers.suppressing import suppress_addresses
from crm.segments.models import SegmentLog, SegmentMember, SegmentPin
from crm.standings.models import Standing
from tests.crm.merges.pairs import everything, system
from tests.factories import ActivityFactory, ReaderFactory, SegmentFactory

pytestmark = pytest.mark.django_db

SAID = [*permissions("email"), *permissions("sms")]
#: What one record says and has; of most of it the others may have the same, or another.
RECORD = st.fixed_dictionaries(
    {
        "row": st.fixed_dictionaries(
            {
                "name": st.sampled_from(["", "李雷", "李蕾"]),
                "email": st.sampled_from(["", "a@example.org", "A@Example.org", "b@example.org"]),
                "phone": st.sampled_from(["", "13800000001", "+86 138 0000 0001", "13900000002"]),
                "wechat": st.sampled_from(["", "oid-one", "oid-two"]),
                "cohort": st.sampled_from([None, 2021, 2022]),
                "traits": st.dictionaries(st.sampled_from("ab"), st.sampled_from(["x", "y"])),
                "consents": st.lists(st.sampled_from(SAID), unique=True, max_size=5),
                "stop_reason": st.sampled_from(["", "", *StopReason.values]),
                "analytics": st.sampled_from([True, True, False]),
            }
        ),
        "numbers": st.integers(0, 2),
        "activities": st.integers(0, 3),
        "months": st.sets(st.sampled_from([3, 4])),
        "segments": st.sets(st.sampled_from([0, 1])),
        "refused": st.sets(st.sampled_from(["surveys", "events"])),
    }
)
PLACES = st.integers(0, 3)


def made(records: list[dict]) -> list[Reader]:
    """A reader for each of them, with the rows that hang on it."""
    segments = SegmentFactory.create_batch(2)
    return [filled(place, record, segments) for place, record in enumerate(records)]


def filled(place: int, record: dict, segments: list) -> Reader:
    row = record["row"]
    reader = ReaderFactory(source="student", number=f"S{place}", **row)
    for n in range(record["numbers"]):
        Identity.objects.create(reader=reader, system=system("staff"), number=f"T{place}-{n}")
    Standing.objects.create(reader=reader, kind="teacher", starts_on=date(2020, 9, 1 + place))
    if row["email"]:
        for purpose in record["refused"]:
            suppress_addresses(reader, "email", purpose, source="mail", by=None)
    if not row["analytics"]:
        return reader
    ActivityFactory.create_batch(record["activities"], reader=reader)
    at = timezone.now()
    for month in record["months"]:
        day = date(2026, month, 1)
        FoldedMonth.objects.create(
            reader=reader, kind="visit", month=day, n=place + 1, first=at, last=at
        )
    for segment in map(segments.__getitem__, sorted(record["segments"])):
        SegmentMember.objects.create(segment=segment, reader=reader, since=at)
        SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=at)
        SegmentPin.objects.create(segment=segment, reader=reader, include=True)
    return reader


def join(keys: list[int], kept: int, gone: int, by) -> None:
    """Join two of the records where both are there; what is refused is left as it is."""
    found = Reader.objects.in_bulk([keys[kept], keys[gone]])
    if len(found) == 2:
        with transaction.atomic():
            try:
                actions.merge(kept=found[keys[kept]], gone=found[keys[gone]], by=by)
            except Refused:
                transaction.set_rollback(True)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
@given(
    records=st.lists(RECORD, min_size=4, max_size=4),
    joins=st.lists(st.tuples(PLACES, PLACES), min_size=3, max_size=5),
    data=st.data(),
)
def test_joined_in_any_way_and_taken_apart_in_any_order_every_row_is_as_before(
    librarian, records, joins, data
):
    """Names, addresses, consents and their ledger, what is refused, stops, traits, further numbers,
    activities, months, memberships and pins.
    """
    with transaction.atomic():
        readers = made(records)
        keys = [reader.pk for reader in readers]
        before = everything()
        for kept, gone in joins:
            join(keys, kept, gone, librarian)
        joined = JoinedRecord.objects.standing().count()
        # Where every pair was one record, or was refused, nothing is shown.
        assume(joined > 1)
        assert everything() != before

        while standing := list(JoinedRecord.objects.standing().order_by("pk")):
            actions.part(merge=data.draw(st.sampled_from(standing)), by=librarian)
            joined -= 1
            assert JoinedRecord.objects.standing().count() == joined
        after = everything()
        for table, rows in before.items():
            assert after[table] == rows, table
        assert not MergedRow.objects.exists()
        transaction.set_rollback(True)
