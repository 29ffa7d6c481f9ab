"""What a person is signed in with: browser sessions and API tokens; forms kept meanwhile."""

import uuid
from datetime import timedelta

import pgtrigger
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet
from crm.staff.models import User


class OwnQuerySet(VisibleQuerySet):
    """Rows that only the person they belong to may see."""

    def visible_to(self, user):
        """Only the account's own: nobody sees another's.

        No role sees more.
        """
        return self.filter(user=user)


# --- browsers -------------------------------------------------------------------------------------
class BrowserSessionQuerySet(OwnQuerySet):
    def open_now(self):
        """Sessions that have not come to their end.

        By the moment stored with each; whether the account may still sign in is not asked.
        """
        return self.filter(expire_date__gt=timezone.now())

    def over(self):
        """Sessions of people who were signed in, that have come to their end.

        Their rows stay for a while: what was typed in them may still arrive.
        """
        return self.filter(expire_date__lte=timezone.now(), user__isnull=False)

    def end(self) -> int:
        """End those that are open, at once; returns how many.

        The rows stay for some days, with whose they were and nothing else that opens anything: a
        form that is being typed in such a browser is kept for its writer.
        """
        return self.open_now().update(expire_date=timezone.now(), session_data="")


class BrowserSession(AbstractBaseSession):
    """A session in a browser, for visitors as for people who are signed in (``user``).

    ``expire_date`` is when it ends if nothing more is asked for. For somebody signed in it moves on
    with each request, at most to ``ends_at``, which was set when they signed in and never moves.
    ``idle_seconds`` is how far it moves; empty where doing nothing does not end it.
    """

    # SHA-256 of the key in hex: the key itself is the browser's alone, so that nobody gets into a
    # session by reading this table or a dump of it.
    session_key = models.CharField(max_length=64, primary_key=True)
    # Names the row on pages.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="browser_sessions",
    )
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    idle_seconds = models.PositiveIntegerField(null=True, blank=True)
    browser = models.CharField(max_length=20, blank=True)
    system = models.CharField(max_length=20, blank=True)
    # Shortened before it is stored: enough to tell home from the library.
    network = models.CharField(max_length=50, blank=True)

    objects = BrowserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("browser session")
        verbose_name_plural = _("browser sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(ends_at__isnull=False), name="session_of_a_user_ends"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(expire_date__lte=models.F("ends_at")),
                name="session_not_beyond_its_end",
            ),
        ]

    def __str__(self):
        return str(self.public_id)

    def end_after(self, moment):
        """The end of a sign-in that is last used at ``moment``.

        So many idle seconds later, and never after ``ends_at``.
        """
        if self.idle_seconds is None:
            return self.ends_at
        return min(moment + timedelta(seconds=self.idle_seconds), self.ends_at)


# --- programs -------------------------------------------------------------------------------------
#: Methods of requests that change nothing.
READING = ("GET", "HEAD", "OPTIONS")


class ApiTokenQuerySet(OwnQuerySet):
    def valid(self):
        """Tokens whose time has not come.

        Whether its owner may sign in is asked by ``crm.accounts.tokens.find``.
        """
        return self.filter(expires_at__gt=timezone.now())

    def with_second_factor(self):
        """Each with ``has_second_factor``: whether its owner has one."""
        factors = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
        return self.annotate(has_second_factor=Exists(factors))


class ApiToken(models.Model):
    """What a program signs in with; only its digest is kept.

    It goes with the password and the rights it was made under (``TokenOwner``).
    """

    class Scope(models.TextChoices):
        ALL = "all", _("everything that you may do")
        READ = "read", _("reading alone")
        ACTIVITIES = "activities", _("delivering activities alone, reading nothing")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    # SHA-256 of the token in hex. A token is 43 random characters, so that nothing slower is
    # needed.
    digest = models.CharField(max_length=64, unique=True)
    beginning = models.CharField(max_length=8)
    scope = models.CharField(
        _("may be used for"),
        max_length=12,
        choices=Scope.choices,
        default=Scope.ALL,
        db_default=Scope.ALL,
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="token_name_once_per_user")
        ]

    def __str__(self):
        return f"{self.name} ({self.beginning}…)"

    @property
    def has_ended(self) -> bool:
        """Whether it is worth nothing any more.

        By its time alone.
        """
        return self.expires_at <= timezone.now()

    def opens(self, method: str, door: str) -> bool:
        """Whether it may be used for a request: ``method`` of HTTP, ``door`` as the view names it.

        What its owner may not do it never opens; that is asked besides.
        """
        if self.scope == self.Scope.READ:
            return method in READING
        return self.scope in (self.Scope.ALL, door)


#: However a password or a right was changed, the tokens that were made under it go with it; the
#: audit row says so (AuditAction.TOKEN_REVOKED), and the one beside it who changed what.
END_TOKENS = """
    DELETE FROM crm_apitoken WHERE user_id = NEW.id;
    IF FOUND THEN
        INSERT INTO crm_auditevent (at, action, object_type, object_id, detail)
        VALUES (now(), 'token.revoked', 'crm.user', NEW.id::text, '{"because": "rights"}');
    END IF;
    RETURN NULL;
"""


class TokenOwner(User):
    """A user, as far as tokens are concerned: what ends them is a trigger on the user's row."""

    class Meta:
        verbose_name = _("owner of tokens")
        verbose_name_plural = _("owners of tokens")
        proxy = True
        triggers = [
            pgtrigger.Trigger(
                name="ends_tokens",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "password", "role", "is_active", "is_staff", "is_superuser"
                ),
                func=END_TOKENS,
            )
        ]


# --- forms ----------------------------------------------------------------------------------------
class KeptForm(models.Model):
    """What was posted after the session had ended, for its writer to send again.

    ``fields``: [name, value] pairs as they were sent, without the token against forgery.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="kept_forms")
    path = models.CharField(max_length=500)
    fields = models.JSONField()
    # Files are not kept: they have to be chosen again.
    had_files = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")

    def __str__(self):
        return self.path
