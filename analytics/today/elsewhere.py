"""What others have in hand, or what goes by itself: nobody has to do anything here."""

from dataclasses import dataclass

from django.db.models import Count as Number
from django.db.models import Min
from django.urls import reverse

from analytics.today import words
from analytics.today.asked import left_of
from analytics.today.items import DeskClock, Left
from analytics.today.menu import leaving_readers
from analytics.today.planned import open_proposals
from crm.letters.models import Letter
from feedback.voices.models import MessageState, Voice
from feedback.voices.reminding import can_be_reminded, reminder_key

#: So many voices, and so many proposals, are named.
MOST = 5


@dataclass(frozen=True)
class Elsewhere:
    """A line about what somebody else does. ``left`` is None where it is due at no time.

    ``remind``: the address that writes to whoever has it, "" where nobody can be written to;
    ``is_reminded``: that was done today.
    """

    key: str
    text: str
    url: str
    details: tuple[str, ...] = ()
    left: Left | None = None
    is_said: bool = False
    remind: str = ""
    is_reminded: bool = False


def elsewhere(user, clock: DeskClock) -> list[Elsewhere]:
    """What others have in hand, as far as this person may open it."""
    return [*with_colleagues(user, clock), *for_managers(user), *leaving(user)]


# --- voices ---------------------------------------------------------------------------------------
def with_colleagues(user, clock: DeskClock) -> list[Elsewhere]:
    """Voices that wait and that a colleague has in hand, what is due first stands first."""
    rows = Voice.objects.visible_to(user).waiting().exclude(assigned_to=None)
    rows = rows.exclude(assigned_to=user).with_due().with_newest(MessageState.TAKEN)
    rows = rows.select_related("campus", "assigned_to")
    found = list(rows.order_by("due", "pk")[:MOST])
    reminded = reminded_of(found, clock)
    return [with_colleague(voice, clock, is_reminded=voice.pk in reminded) for voice in found]


def reminded_of(voices: list[Voice], clock: DeskClock) -> set[int]:
    """Keys of those voices about which a reminder was written today. One statement."""
    keys = {reminder_key(voice, clock.today): voice.pk for voice in voices}
    written = Letter.objects.filter(once__in=keys).values_list("once", flat=True)
    return {keys[once] for once in written}


def with_colleague(voice: Voice, clock: DeskClock, *, is_reminded: bool) -> Elsewhere:
    """A voice with who has it and how much time they have left; needs ``assigned_to`` and what its
    reader wrote last (``newest``).
    """
    remind = ""
    if can_be_reminded(voice.assigned_to):
        remind = reverse("analytics:today-remind", args=[voice.pk])
    return Elsewhere(
        key=f"with-{voice.pk}",
        text=words.quoted(voice.newest or voice.text),
        is_said=True,
        url=voice.get_absolute_url(),
        details=(words.with_somebody(voice),),
        left=left_of(voice, clock),
        remind=remind,
        is_reminded=is_reminded,
    )


# --- proposals and departures ---------------------------------------------------------------------
def for_managers(user) -> list[Elsewhere]:
    """Proposals, to whoever may read them and not decide: they know whom to ask."""
    if user.can("decisions.make"):
        return []
    found = []
    for adjustment in open_proposals(user)[:MOST]:
        found.append(
            Elsewhere(
                key=f"proposal-{adjustment.pk}",
                text=words.proposal(adjustment),
                url=adjustment.get_absolute_url(),
                details=(words.for_a_manager(),),
            )
        )
    return found


def leaving(user) -> list[Elsewhere]:
    """One sentence about those who asked to be erased: it happens by itself."""
    told = leaving_readers(user).aggregate(n=Number("pk"), first=Min("departure__due_at"))
    if not told["n"]:
        return []
    url = f"{reverse('crm:reader-list')}?leaving=on"
    return [Elsewhere(key="leaving", text=words.leaving(told["n"], told["first"]), url=url)]
