"""What is known of one person, as rows for their page on the desk and their own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.readers.folding import months_counted
from crm.readers.models import (
    Activity,
    ConsentEvent,
    ContactChannel,
    Look,
    Purpose,
    Reader,
    Suppression,
    permission,
    permissions,
)
from crm.readers.words import (
    JOINED,
    OTHER_ADDRESS,
    OTHER_ADDRESS_IN_FILE,
    through,
    yes_or_no,
)


@dataclass(frozen=True)
class PurposeConsent:
    """One purpose on one channel: whether it is allowed, and when that was said last, if ever.

    ``stopped``: somebody with the same address does not want it, so nothing goes there.
    """

    key: str
    purpose: str
    label: str
    allowed: bool
    stopped: bool
    last: ConsentEvent | None
    #: Whether a yes was ever written down: nothing else can be taken back.
    was_allowed: bool

    @property
    def state(self) -> str:
        """How it stands, in a word or two, in the current language.

        The row is asked first; where it does not allow, the last word in the ledger says why.
        """
        if self.is_on:
            return _("allowed")
        if self.allowed:
            return _("stopped for this address")
        if self.last is None:
            return _("not asked")
        if self.last.source in (OTHER_ADDRESS, OTHER_ADDRESS_IN_FILE):
            return _("not asked at this address")
        # The last word may be a yes all the same: that of 0.1 to the whole channel did not cover
        # every purpose.
        if self.was_allowed and not self.last.granted:
            return _("taken back")
        return _("not allowed")

    @property
    def is_on(self) -> bool:
        """Whether something would be sent: it is allowed, and the address is not on the list."""
        return self.allowed and not self.stopped

    @property
    def is_off_by_joining(self) -> bool:
        """Whether it is off because two records were joined, and the person has not said so: a no
        of theirs must outlast the joining.
        """
        return not self.is_on and self.last is not None and self.last.source == JOINED


@dataclass(frozen=True)
class ConsentChange:
    """One row of the ledger; ``through`` says where it was said."""

    event: ConsentEvent
    through: str

    @property
    def facts(self) -> list[str]:
        """When, about what, what was said, where, by whom, and with which text, in this order; what
        is not known is left out.
        """
        event = self.event
        answer = _("withdrawn")
        if event.granted:
            answer = _("agreed")
        said = [
            date_format(timezone.localtime(event.at), "DATETIME_FORMAT"),
            event.get_channel_display(),
            event.get_purpose_display(),
            answer,
            self.through,
            event.by,
            event.wording,
        ]
        return [str(fact) for fact in said if fact]


@dataclass(frozen=True)
class ChannelConsent:
    """One channel of a reader: where it leads, what is allowed on it, and how that came to be.

    ``address`` may be empty; ``history`` is newest first.
    """

    channel: str
    label: str
    address: str
    purposes: list[PurposeConsent]
    history: list[ConsentChange]


@dataclass(frozen=True)
class ActivityCount:
    """How often a reader did something of one kind, and when last."""

    label: str
    n: int
    last: datetime


@dataclass(frozen=True)
class LookRow:
    """Who looked, where and why, on which day; ``times``: the moments of that day, newest first."""

    who: str
    where: str
    why: str
    times: list[datetime]

    @property
    def at(self) -> datetime:
        """The newest of them."""
        return self.times[0]

    @property
    def comes_again(self) -> bool:
        """Whether they looked several times that day."""
        return len(self.times) > 1

    @property
    def minutes(self) -> list[datetime]:
        """The first told of each minute, newest first: a page that was opened thrice in one says it
        once.
        """
        found = {}
        for at in self.times:
            found.setdefault(at.replace(second=0, microsecond=0), at)
        return list(found.values())


def trait_rows(reader: Reader) -> list[tuple[str, object]]:
    """Imported attributes as (name, value) for people, in the order of their names.

    Underscores of the file's heading become spaces; a yes or no is written as a word.
    """
    rows = []
    for name, value in sorted(reader.traits.items()):
        # True and False stand in a file of data, not on a page for people.
        if isinstance(value, bool):
            value = yes_or_no(value)
        rows.append((name.replace("_", " "), value))
    return rows


def consent_rows(reader: Reader) -> list[ChannelConsent]:
    """All channels in their fixed order, also those the reader never spoke of, with what was said
    of each, newest first. Two queries.
    """
    history: dict[str, list[ConsentEvent]] = {}
    # One query for all channels; the ledger is ordered newest first.
    for event in reader.consent_events.select_related("by", "notice"):
        of_channel = history.setdefault(event.channel, [])
        of_channel.append(event)

    stopped = stopped_permissions(reader)
    rows = []
    for channel, label in ContactChannel.choices:
        events = history.get(channel, [])
        row = ChannelConsent(
            channel=channel,
            label=label,
            address=reader.address_on(channel),
            purposes=_purposes(reader, channel, events, stopped),
            history=[ConsentChange(event, through(event.source)) for event in events],
        )
        rows.append(row)
    return rows


def _purposes(
    reader: Reader, channel: str, events: list[ConsentEvent], stopped: set[str]
) -> list[PurposeConsent]:
    """One row for each purpose of ``channel``, in their fixed order.

    ``events``: what the ledger says of this channel, newest first. ``stopped``: permissions that
    the suppression list takes back.
    """
    rows = []
    for purpose, label in Purpose.choices:
        key = permission(channel, purpose)
        about = [event for event in events if event.purpose in ("", purpose)]
        row = PurposeConsent(
            key=key,
            purpose=purpose,
            label=label,
            allowed=key in reader.consents,
            stopped=key in stopped,
            last=next(iter(about), None),
            was_allowed=any(event.granted for event in about),
        )
        rows.append(row)
    return rows


def stopped_permissions(reader: Reader) -> set[str]:
    """What the suppression list keeps from the reader's addresses, in one query: permissions as the
    row holds them, "email:events".
    """
    listed = Suppression.objects.of_reader(reader)
    found = set()
    for channel, purpose in listed.values_list("channel", "purpose"):
        if purpose:
            found.add(permission(channel, purpose))
        else:
            # A row without a purpose stops every one.
            found |= set(permissions(channel))
    return found


def activity_counts(reader: Reader) -> list[ActivityCount]:
    """One row per kind the reader has, the most frequent first, folded months and counts of months
    included; empty where nothing is recorded. Three queries.
    """
    found: dict[str, tuple[int, datetime]] = {}
    singles = reader.activities.values("kind").annotate(times=Count("pk"), latest=Max("at"))
    months = reader.folded_months.values("kind").annotate(times=Sum("n"), latest=Max("last"))
    # Of a count of a month all that is known of the last time is that it was not before.
    counts = [
        {"kind": one.kind, "times": one.n, "latest": one.begins}
        for one in months_counted(reader.pk)
    ]
    for row in [*singles, *months, *counts]:
        n, last = found.get(row["kind"], (0, row["latest"]))
        found[row["kind"]] = n + row["times"], max(last, row["latest"])

    labels = dict(Activity.Kind.choices)
    # A kind of an older or a newer version has no label here, and is shown by its code.
    rows = [ActivityCount(labels.get(kind, kind), n, last) for kind, (n, last) in found.items()]
    return sorted(rows, key=lambda row: (-row.n, str(row.label)))


def look_rows(reader: Reader, most: int) -> list[LookRow]:
    """Who looked at the reader lately, newest first; the same for staff and for the reader.

    Equal looks of one day are one row; the newest ``most`` looks are told.
    """
    looks = Look.objects.at(reader).select_related("user", "user__campus").order_by("-at")
    rows: dict[tuple, LookRow] = {}
    for look in looks[:most]:
        row = LookRow(
            who=looker(look.user),
            where=look.get_place_display(),
            why=look.get_reason_display(),
            times=[],
        )
        # By the account: two of the staff may be called the same.
        same = (look.user_id, row.where, row.why, timezone.localdate(look.at))
        rows.setdefault(same, row).times.append(look.at)
    return list(rows.values())


def looker(user) -> str:
    """Who looked: by the name that this member of staff shows, else by what they are.

    Never by the name they sign in with.
    """
    # An account is closed and never deleted, so nobody was signed in.
    if user is None:
        return _("a program of the library, with nobody signed in")
    role = user.get_role_display()
    if user.display_name:
        return _("%(name)s (%(role)s)") % {"name": user.display_name, "role": role}
    if user.campus:
        return _("%(role)s, %(campus)s") % {"role": role, "campus": user.campus}
    return str(role)
