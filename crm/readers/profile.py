"""What is known of one person: the rows of their page, and the file they may take with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.readers.models import Activity, ConsentEvent, ContactChannel, Reader

#: Columns of a reader that go into their file as they are.
OWN_COLUMNS = (
    "source",
    "number",
    "name",
    "kind",
    "cohort",
    "email",
    "phone",
    "wechat",
    "language",
    "consents",
    "traits",
    "registered_on",
    "last_seen_on",
    "state",
    "created_at",
)


@dataclass(frozen=True)
class ChannelConsent:
    """One channel of a reader: allowed now or not, where it leads, and how that came to be.

    ``address`` may be empty; ``history`` is newest first.
    """

    channel: str
    label: str
    allowed: bool
    address: str
    history: list[ConsentEvent]


@dataclass(frozen=True)
class ActivityCount:
    """How often a reader did something of one kind, and when last."""

    label: str
    n: int
    last: datetime


def trait_rows(reader: Reader) -> list[tuple[str, object]]:
    """Imported attributes as (name, value) for people, in the order of their names."""
    rows = []
    for name, value in sorted(reader.traits.items()):
        # True and False stand in a file of data, not on a page for people.
        if value is True:
            value = _("yes")
        elif value is False:
            value = _("no")
        rows.append((name.replace("_", " "), value))
    return rows


def consent_rows(reader: Reader) -> list[ChannelConsent]:
    """All channels in their fixed order, also those the reader never spoke of."""
    history: dict[str, list[ConsentEvent]] = {}
    # One query for all channels; the ledger is ordered newest first.
    for event in reader.consent_events.select_related("by"):
        of_channel = history.setdefault(event.channel, [])
        of_channel.append(event)

    rows = []
    for channel, label in ContactChannel.choices:
        row = ChannelConsent(
            channel=channel,
            label=label,
            allowed=reader.allows(channel),
            address=reader.address_on(channel),
            history=history.get(channel, []),
        )
        rows.append(row)
    return rows


def activity_counts(reader: Reader) -> list[ActivityCount]:
    """One row per kind the reader has, the most frequent first."""
    labels = dict(Activity.Kind.choices)
    by_kind = reader.activities.values("kind")
    found = by_kind.annotate(n=Count("pk"), last=Max("at")).order_by("-n")

    rows = []
    for row in found:
        # A kind of an older or a newer version has no label here, and is shown by its code.
        label = labels.get(row["kind"], row["kind"])
        rows.append(ActivityCount(label, row["n"], row["last"]))
    return rows


def own_data(reader: Reader) -> dict[str, Any]:
    """Everything these rooms know of the person, for a JSON file of theirs.

    {name: value}: the columns of the reader, then lists of rows for segments, activities and the
    history of consents.
    """
    data = {name: getattr(reader, name) for name in OWN_COLUMNS}
    # Names, since a key of ours would say nothing to the person.
    data["campus"] = str(reader.campus or "")
    data["college"] = str(reader.college or "")
    data["taken_at"] = timezone.now()

    data["segments"] = list(reader.memberships.values("segment__name", "since"))
    data["activities"] = list(reader.activities.order_by("at").values("kind", "at", "source"))
    data["consent_history"] = list(
        reader.consent_events.values("channel", "granted", "source", "wording", "at")
    )
    return data
