"""A no that is said while two records are joined holds for both, when they are two again as well.

A sequence of joinings, words and partings is drawn by chance; what must hold is kept beside it, in
three tables that know nothing of rows.
"""

from dataclasses import dataclass, field
from random import Random

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campaigns.links import keys
from core.addresses import address_digest
from crm.merges import actions
from crm.merges.models import JoinedRecord
from crm.merges.queries import left_without
from crm.readers.actions import set_consent, unsubscribe
from crm.readers.models import Reader, StopReason, Suppression
from crm.readers.queries import wants_mail
from crm.readers.stopping import end_stop, stop_mail
from crm.subscribers.actions import leave
from tests.factories import ContentFactory, DeliveryFactory, ReaderFactory

pytestmark = pytest.mark.django_db

PURPOSES = ("events", "surveys")
ADDRESSES = ("one@example.com", "two@example.com", "Two@example.com", "three@example.com")


@dataclass
class World:
    """Records by their first keys, which of them stand in which row, and what was refused."""

    chance: Random
    librarian: object
    rows: dict[int, set[int]]
    #: (record, purpose): the number of the step in which it was said last, and whether it was a no.
    last: dict[tuple[int, str], tuple[int, bool]] = field(default_factory=dict)
    left: set[tuple[bytes, str]] = field(default_factory=set)
    stopped: set[int] = field(default_factory=set)
    done: list[str] = field(default_factory=list)

    def any_row(self) -> Reader:
        return Reader.objects.get(pk=self.chance.choice(sorted(self.rows)))

    def say(self, reader: Reader, purpose: str, *, is_no: bool):
        said = (len(self.done), is_no)
        self.last |= {(one, purpose): said for one in self.rows[reader.pk]}

    def is_refused(self, reader: Reader, purpose: str) -> bool:
        """Whether the last word of all that stand in the row was a no."""
        said = [self.last.get((one, purpose), (0, False)) for one in self.rows[reader.pk]]
        return max(said)[1]

    # --- what may happen --------------------------------------------------------------------------
    def join(self):
        if len(self.rows) < 2:
            return
        one, other = self.chance.sample(sorted(self.rows), 2)
        taken = self.chance.choice([None, {"email"}, set()])
        actions.merge(kept=Reader(pk=one), gone=Reader(pk=other), by=self.librarian, taken=taken)
        self.rows[one] |= self.rows.pop(other)

    def part(self):
        standing = list(JoinedRecord.objects.standing().order_by("pk"))
        if not standing:
            return
        merge = self.chance.choice(standing)
        row, back = merge.kept_id, merge.gone_key
        # Whoever had gone into it before goes along.
        along = {back}
        for older in JoinedRecord.objects.filter(kept_id=row).order_by("-pk"):
            if older.parted_at is None and older.kept_key in along and older.pk < merge.pk:
                along.add(older.gone_key)
        actions.part(merge=merge, by=self.librarian)
        self.rows[row] -= along
        self.rows[back] = along

    def allow(self):
        reader, purpose = self.any_row(), self.chance.choice(PURPOSES)
        said = {"channel": "email", "purpose": purpose, "granted": True, "source": "portal"}
        set_consent(reader=reader, by=None, **said)
        self.say(reader, purpose, is_no=False)
        self.left.discard((address_digest(reader.email), purpose))

    def refuse(self):
        reader, purpose = self.any_row(), self.chance.choice(PURPOSES)
        door = self.chance.choice(["portal", "unsubscribe page", "spam report"])
        unsubscribe(reader=reader, source=door, by=None, purposes=[purpose])
        self.say(reader, purpose, is_no=True)

    def leave(self):
        digest = address_digest(self.chance.choice(ADDRESSES))
        purpose = self.chance.choice(PURPOSES)
        leave(digest=digest, purposes=[purpose])
        self.left.add((digest, purpose))

    def stop(self):
        reader = self.any_row()
        reason = self.chance.choice(list(StopReason))
        stop_mail(reader=reader, reason=reason, until=None, by=self.librarian)
        self.stopped |= self.rows[reader.pk]

    def end_stop(self):
        reader = self.any_row()
        if reader.stop_reason:
            end_stop(reader=reader, by=self.librarian)
            self.stopped -= self.rows[reader.pk]

    # --- what must hold ---------------------------------------------------------------------------
    def check(self):
        for reader in Reader.objects.filter(pk__in=self.rows):
            for purpose in PURPOSES:
                wanted = wants_mail(reader, purpose)
                said = (reader.pk, purpose, self.done)
                if self.is_refused(reader, purpose):
                    assert not wanted, said
                if (address_digest(reader.email), purpose) in self.left:
                    assert not wanted, said
            if self.stopped & self.rows[reader.pk]:
                assert reader.is_stopped, (reader.pk, self.done)


def played(chance: Random, librarian) -> World:
    """Four records of one person, and a dozen things that happen to them."""
    rows = {}
    for address in ADDRESSES:
        allowed = [f"email:{one}" for one in PURPOSES if chance.random() < 0.7]
        reader = ReaderFactory(email=address, name="", consents=allowed)
        rows[reader.pk] = {reader.pk}
    world = World(chance, librarian, rows)
    steps = ["join", "join", "part", "allow", "refuse", "refuse", "leave", "stop", "end_stop"]
    for _one in range(12):
        step = chance.choice(steps)
        world.done.append(step)
        getattr(world, step)()
        world.check()
    return world


@pytest.mark.parametrize("seed", range(2))
def test_a_no_after_the_last_yes_holds_whatever_is_joined_and_parted(librarian, seed):
    """By every door: their own page, an old mail, a report of spam, the letters for subscribers,
    the desk's list.
    """
    for number in range(3):
        with transaction.atomic():
            played(Random(f"{seed} {number}"), librarian)
            transaction.set_rollback(True)


@pytest.mark.parametrize("has_reader_in_key", [True, False])
def test_an_old_mail_to_the_record_that_went_is_a_way_out_of_both(
    client, librarian, has_reader_in_key
):
    """Both had the same mail: one of the two stands without a person while they are joined."""
    kept = ReaderFactory(email="one@example.com", consents=["email:notices"], name="")
    gone = ReaderFactory(email="two@example.com", consents=["email:notices"], name="")
    content = ContentFactory(purpose="notices")
    DeliveryFactory(reader=kept, content=content, state="sent", sent_at=timezone.now())
    mail = DeliveryFactory(reader=gone, content=content, state="sent", sent_at=timezone.now())
    key = keys.delivery_key(mail.pk, keys.UNSUBSCRIBE)
    if has_reader_in_key:
        key = keys.way_out_key(mail.pk, gone.pk, address_digest(gone.email))
    merge = actions.merge(kept=kept, gone=gone, by=librarian)
    mail.refresh_from_db()
    assert mail.reader is None
    assert left_without(mail) == kept

    assert client.post(reverse("campaigns:unsubscribe", args=[key])).status_code == 200
    kept.refresh_from_db()
    assert kept.consents == []
    back = actions.part(merge=merge, by=librarian)
    kept.refresh_from_db()
    assert (kept.consents, back.consents) == ([], [])
    for reader in (kept, back):
        assert Suppression.objects.of_address("email", reader.email).exists()
        last = reader.consent_events.about("email", "notices").first()
        assert (last.granted, last.source) == (False, "unsubscribe page")
