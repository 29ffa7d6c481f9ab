"""How many voices there were, as it may be shown."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from core import disclosure
from feedback.voices.models import Voice

#: Tables that statements of other apps may name.
READABLE = ("feedback_voice",)


@dataclass(frozen=True)
class VoiceCounts:
    """Voices said, those of them answered, and those after which something was done."""

    said: disclosure.Count
    answered: disclosure.Count
    done: disclosure.Count


def counts_since(start: datetime) -> VoiceCounts:
    """How many voices were received from ``start`` on, how many of them were answered, and led to
    something.

    As they may be shown: few are withheld.
    """
    # By one statement, or somebody could answer between two and the parts exceed their whole.
    found = (
        Voice.objects.let_through()
        .filter(received_at__gte=start)
        .aggregate(
            said=Count("pk"),
            answered=Count("answered_at"),
            done=Count("pk", filter=~Q(done="")),
        )
    )
    said = found["said"]
    return VoiceCounts(
        said=disclosure.Count.of(said),
        answered=disclosure.Count.part_of(found["answered"], said),
        done=disclosure.Count.part_of(found["done"], said),
    )
