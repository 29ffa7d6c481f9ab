from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

#: Objects whose page is not named after their model.
PAGES = {"crm.importbatch": "crm:import-detail", "crm.user": "crm:user-edit"}


class AuditEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Staff limited to a campus read what they did themselves: other events may name another campus's reader."""
        return self.filter(user=user) if user.campus_id else self


class AuditEvent(models.Model):
    """Who did what to what: sign-ins, views of a person, exports, sends, imports, decisions. Append-only by trigger."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            # Only the link to a deleted account may go.
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("at", "action", "object_type", "object_id", "detail", "address"),
            ),
        ]

    def __str__(self):
        return f"{self.action} {self.object_type} {self.object_id}".strip()

    def url(self):
        """Where the object can be seen, or None when it has no page."""
        name = PAGES.get(self.object_type) or f"{self.object_type.replace('.', ':', 1)}-detail"
        try:
            return reverse(name, args=[self.object_id])
        except NoReverseMatch:
            return None


class SignInFailureQuerySet(models.QuerySet):
    def recent(self, *, name: str, address: str | None):
        since = timezone.now() - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
        return self.filter(name=name, address=address, at__gte=since)


class SignInFailure(models.Model):
    """A wrong password for a name from an address; five within the lock time close that pair, nobody else's."""

    name = models.CharField(max_length=150)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = SignInFailureQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "at"], name="signinfailure_name_at")]
