"""A second factor that came, changed or went ends what its owner was signed in with elsewhere."""

from allauth.mfa import signals
from django.dispatch import receiver

from crm.accounts.actions import end_everything_else


@receiver(
    [signals.authenticator_added, signals.authenticator_removed, signals.authenticator_reset],
    dispatch_uid="factor-changed",
)
def end_others(request, user, **_signal):
    """Everything ends but the browser in which it was done."""
    end_everything_else(user=user, digest=request.session.digest, by=user)
