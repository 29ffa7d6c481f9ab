"""How readers are drawn: by a keyed hash of their mailbox, which nobody can choose or foresee.

The first 32 bits of the hash say who is held out, the next 32 into which arm the others come: the
second draw knows nothing of the first. Whoever has been drawn stays where they are
(``campaigns_assignment``), whatever the hash would say today. A campaign without an experiment has
no such rows, and the first draw alone.
"""

import hmac
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from campaigns.experiments.models import Experiment, ProgrammeHoldout, Role
from campaigns.experiments.queries import experiment_of, programme_on
from campaigns.experiments.shares import shares_of
from campaigns.plan.models import Campaign

#: Of several readers with one mailbox the first stands for all.
MAILBOX = "coalesce(shared.first, r.id)"
#: 32 bits of the keyed hash of a mailbox, from the byte {start} on.
BITS = f"""
('x' || encode(substring(sha256(%({{key}})s || int8send({MAILBOX})) FROM {{start}} FOR 4), 'hex'))
    ::bit(32)::bigint"""
#: Below this share of all values of 32 bits; {percent} is SQL.
BELOW = "{percent}::bigint * 4294967296 / 100"

FIRST_DRAW = BITS.format(key="key", start=1)
SECOND_DRAW = BITS.format(key="key", start=5)
PROGRAMME_DRAW = BITS.format(key="programme_key", start=1)
#: The place of a reader who was drawn before, and the arm that the second draw would give.
PLACES = f"""
LEFT JOIN campaigns_assignment place
    ON place.experiment_id = %(experiment)s::bigint AND place.reader_id = r.id
LEFT JOIN unnest(
        %(arms)s::bigint[], %(roles)s::text[], %(lows)s::int[], %(highs)s::int[]
    ) AS share(arm_id, role, low, high)
    ON {SECOND_DRAW} >= {BELOW.format(percent="share.low")}
    AND {SECOND_DRAW} < {BELOW.format(percent="share.high")}
"""
#: A reader keeps the same arm in every content of a campaign, and whoever shares the mailbox is in
#: it too.
HELD_OUT = f"""
CASE WHEN place.id IS NOT NULL THEN place.role = '{Role.HELD_OUT}'
     ELSE {FIRST_DRAW} < {BELOW.format(percent="%(percent)s")} END
"""
ARM = "CASE WHEN place.id IS NOT NULL THEN place.arm_id ELSE share.arm_id END"
ROLE = "CASE WHEN place.id IS NOT NULL THEN place.role ELSE share.role END"
#: The content is for one arm, and the reader was drawn into another.
OTHER_ARM = f"(%(arm)s::bigint IS NOT NULL AND ({ARM}) IS DISTINCT FROM %(arm)s::bigint)"
#: No campaign writes to them as long as the programme's holdout runs.
IN_PROGRAMME = f"""
(%(programme_percent)s > 0
    AND {PROGRAMME_DRAW} < {BELOW.format(percent="%(programme_percent)s")})
"""


def holdout_key(campaign: Campaign) -> bytes:
    """The campaign's own key of the draw, 32 bytes; the same for all of its contents."""
    # With the campaign in it, a reader who was held out once is not held out every time.
    return _key(f"huixiang.holdout.{campaign.pk}")


def programme_key(programme: ProgrammeHoldout) -> bytes:
    """The key of the draw of one programme's holdout, 32 bytes; the next one draws others."""
    return _key(f"huixiang.programme.{programme.pk}")


def _key(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from the library's own secret."""
    # Without the secret nobody can foretell who will be drawn, nor find a mailbox that would be.
    return hmac.digest(settings.PRIVACY_KEY.encode(), purpose.encode(), sha256)


def values(campaign: Campaign, arm: int | None) -> dict:
    """The parameters of the fragments above; ``arm``: the key of the one a content is for, None
    where all get it. Takes three statements.
    """
    experiment = experiment_of(campaign)
    return {
        "key": holdout_key(campaign),
        "percent": campaign.holdout_percent,
        "experiment": getattr(experiment, "pk", None),
        "arm": arm,
        **_shares(experiment),
        **_programme(),
    }


def _shares(experiment: Experiment | None) -> dict[str, list]:
    """The arms along the second draw; none without an experiment. The parameters of ``PLACES``, one
    entry for each arm; ``lows`` and ``highs`` in percent.
    """
    columns = {"arms": [], "roles": [], "lows": [], "highs": []}
    if experiment is None:
        return columns
    for share in shares_of(experiment.arms.all()):
        columns["arms"].append(share.arm.pk)
        columns["roles"].append(share.arm.role)
        columns["lows"].append(share.low)
        columns["highs"].append(share.high)
    return columns


def _programme() -> dict:
    """Whom the programme's holdout of today draws; nobody where none runs."""
    programme = programme_on(timezone.localdate())
    if programme is None:
        return {"programme_key": b"", "programme_percent": 0}
    return {
        "programme_key": programme_key(programme),
        "programme_percent": programme.percent,
    }
