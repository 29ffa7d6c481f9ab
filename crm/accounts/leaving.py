"""Signing out: written down, and the browser is told to forget what it kept."""

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from core import visitors
from crm.staff import audit
from crm.staff.words import AuditAction


@receiver(user_logged_out, dispatch_uid="signed-out")
def note_sign_out(request, user, **_signal):
    """Somebody signed out themselves; a session that ends by time is no sign-out."""
    if user is None:
        return
    request.has_signed_out = True
    audit.record(
        action=AuditAction.SIGN_OUT, by=user, on=user, address=visitors.address_of(request)
    )
