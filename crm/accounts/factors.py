"""A second factor that came, changed or went ends what its owner was signed in with elsewhere.

Heard from the rows themselves, so that it holds however they were changed: on the pages, in
Django's admin, on the command line.
"""

from allauth.core import context
from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from crm.accounts.actions import end_everything_else
from crm.staff.models import User


@receiver(post_save, sender=Authenticator, dispatch_uid="factor-made")
def end_after_setting_up(sender, instance, created, **_signal):
    """A code that is used is written into the row as well, and ends nothing."""
    if created:
        end_others(instance)


@receiver(post_delete, sender=Authenticator, dispatch_uid="factor-gone")
def end_after_removing(sender, instance, **_signal):
    end_others(instance)


def end_others(factor: Authenticator) -> None:
    """Everything ends but the browser in which it was done."""
    owner = User.objects.filter(pk=factor.user_id).first()
    # The row of an account that is deleted goes just before it.
    if owner is None:
        return
    request = context.request
    if request is None:
        end_everything_else(user=owner, digest="", by=None)
        return
    end_everything_else(user=owner, digest=request.session.digest, by=request.user)
