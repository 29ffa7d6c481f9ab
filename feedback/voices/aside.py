"""What one step put aside, so that this step alone can be taken back."""

from dataclasses import dataclass

from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction
from feedback.voices.models import Voice

#: What is done to words that wait for a look; the last of them on a voice is how it stands.
STEPS = (AuditAction.VOICE_ASIDE, AuditAction.VOICE_HOLD_AGAIN, AuditAction.VOICE_LET_THROUGH)


@dataclass(frozen=True)
class SetAside:
    """What was put aside in one step: the voice itself or not, and which of its messages, by key.

    ``event``: the key of the step's row in the audit trail, 0 where nothing was put aside.
    """

    event: int = 0
    is_voice: bool = False
    messages: tuple[int, ...] = ()


def is_last_step(step: SetAside, voice: Voice) -> bool:
    """Whether nobody let through, put aside or took back anything on this voice since."""
    taken = AuditEvent.objects.filter(
        object_type=voice._meta.label_lower, object_id=str(voice.pk), action__in=STEPS
    )
    last = taken.order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and last == step.event
