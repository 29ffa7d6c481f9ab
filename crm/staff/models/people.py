"""Staff: users with their roles; the audit trail; what is counted of sign-ins."""

from datetime import datetime, timedelta

import pgtrigger
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.access import VisibleQuerySet, role_can
from core.characters import tidy
from core.likeness import has_unseen, likeness, likenesses, mixes_scripts
from crm.staff.models.places import Campus


class UserQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Accounts are looked at by those who may change them, who see all.

        None for everybody else, themselves included: their own account has pages of its own.
        """
        if user.can("users.edit"):
            return self
        return self.none()

    def looking_like(self, name: str):
        """Accounts whose names ``name`` could be taken for.

        The account of that very name is among them.
        """
        return self.filter(likeness__in=likenesses(name))

    def of_demonstrations(self):
        """Accounts that were made to be shown, with passwords that everybody knows.

        Only those that may still be used.
        """
        return self.filter(of_demonstration=True, is_active=True)


class Users(UserManager.from_queryset(UserQuerySet)):
    """``createsuperuser`` makes an administrator.

    Under another role such an account, which may do everything, would not be asked for the second
    factor.
    """

    use_in_migrations = False

    def create_superuser(self, username, email=None, password=None, **fields):
        """As Django's own, in our role."""
        fields.setdefault("role", User.Role.ADMINISTRATOR)
        return super().create_superuser(username, email, password, **fields)


LONGEST_NAME = 150


def check_name(name: str) -> None:
    """ValidationError for a name that could pass for another one, or grows when it is tidied.

    In this order: characters that are not seen, length, mixed scripts. Whether the name is taken is
    not asked.
    """
    if has_unseen(name):
        raise ValidationError(_("This name has characters that cannot be seen."), code="unseen")
    if len(tidy(name)) > LONGEST_NAME:
        raise ValidationError(_("This name is too long."), code="max_length")
    if mixes_scripts(name):
        raise ValidationError(
            _("This name mixes letters of several scripts that look alike."), code="mixed"
        )


class PlainColumn(models.CharField):
    """To migrations a column like any other: what it does in Python may change after them."""

    def deconstruct(self):
        """Migrations see a plain CharField: they need no code of ours."""
        name, _path, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options


class NameField(PlainColumn):
    """A user name: letters, digits and @/./+/-/_, none of which passes for another."""

    default_validators = [UnicodeUsernameValidator(), check_name]


class LikenessField(PlainColumn):
    """``core.likeness.likeness`` of the username, kept up with it at every save."""

    def pre_save(self, model_instance, add):
        """The likeness of the name as it is now, set on the account before it is saved; one that
        was told apart from its like stays as it is.
        """
        value = likeness(model_instance.username)
        # Names that 0.1 took in beside one that looks the same are told apart by their row.
        before = getattr(model_instance, self.attname) or ""
        if before.partition(APART)[0] == value:
            return before
        setattr(model_instance, self.attname, value)
        return value


#: Whoever once worked here keeps the account when they are erased as a reader, also when the audit
#: trail that told of it is past its term.
MARK_STAFF = """
    NEW.was_staff := NEW.was_staff OR NEW.role <> 'reader' OR NEW.is_staff OR NEW.is_superuser;
    IF TG_OP = 'UPDATE' THEN
        NEW.was_staff := NEW.was_staff OR OLD.was_staff;
    END IF;
    RETURN NEW;
"""
#: Stands in no user name.
APART = "#"


class User(AbstractUser):
    """Somebody who signs in.

    ``campus`` limits a member of staff to that campus's readers; empty means all.
    """

    class Role(models.TextChoices):
        READER = "reader", _("Reader")
        LIBRARIAN = "librarian", _("Librarian")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    username = NameField(
        _("username"),
        max_length=LONGEST_NAME,
        unique=True,
        error_messages={"unique": _("A user with that name, or one that looks like it, exists.")},
    )
    # Unique: two names that look the same would be two people that nobody tells apart.
    likeness = LikenessField(max_length=450, unique=True, editable=False)
    of_demonstration = models.BooleanField(default=False, editable=False)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.READER)
    # Protected: without their campus, its staff would see the readers of all others.
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="staff")
    display_name = models.CharField(_("name shown"), max_length=80, blank=True)
    # Whether it works here or ever did; kept by a trigger, which takes it from nobody.
    was_staff = models.BooleanField(default=False, db_default=False, editable=False)
    # Why the account looks as if a program had opened it; what it sends in waits for a look then.
    suspected = models.CharField(max_length=12, blank=True, editable=False)

    objects = Users()

    class Meta(AbstractUser.Meta):
        constraints = [
            # Written out, since a class does not see the names of the class around it.
            models.CheckConstraint(
                condition=Q(role__in=["reader", "librarian", "manager", "administrator"]),
                name="user_role_known",
            ),
            # Django's admin asks for these two and knows no role.
            models.CheckConstraint(
                condition=Q(role="administrator") | Q(is_staff=False, is_superuser=False),
                name="user_admin_door_needs_the_role",
                violation_error_message=_("Only administrators may open Django's admin."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="marks_staff",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=MARK_STAFF,
            )
        ]

    def __str__(self):
        return self.display_name or self.username

    def clean(self):
        """A name that looks like another account's is refused in the words of a form.

        ValidationError on ``username``. One statement, and none where the name still looks as it
        did.
        """
        super().clean()
        # A form that refused the name leaves it out.
        name = self.username or ""
        if not name or self.likeness.partition(APART)[0] == likeness(name):
            return
        alike = User.objects.looking_like(name).exclude(pk=self.pk)
        if alike.exists():
            message = self._meta.get_field("username").error_messages["unique"]
            raise ValidationError({"username": message}, code="unique")

    def check_password(self, raw_password):
        """As Django's own; a password that is only hashed anew ends no tokens."""

        def hash_anew(raw_password):
            """Stores the password under the newest hash; no token ends by that."""
            self.set_password(raw_password)
            # What validators would look at; Django's own forgets it here, too.
            self._password = None
            with pgtrigger.ignore("crm.TokenOwner:ends_tokens"):
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, hash_anew)

    @property
    def may_sign_in(self) -> bool:
        """False for whoever is shut out, and for demonstration accounts outside demonstrations.

        Asked at the sign-in and at every request after it.
        """
        if not self.is_active:
            return False
        return settings.DEMO or not self.of_demonstration

    def can(self, permission: str) -> bool:
        """True when this user's role holds the permission. Who may not sign in holds none.

        KeyError for a permission that no role holds.
        """
        return self.may_sign_in and role_can(self.role, permission)

    def get_session_auth_hash(self) -> str:
        """As Django's own, which ends all sessions with the password, and with the rights, too.

        Whoever becomes staff signs in again: with the second factor, if they have one.
        """
        return self._with_rights(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self):
        """The same under keys that were in use before.

        One for each key of SECRET_KEY_FALLBACKS; Django compares a session with each.
        """
        for digest in super().get_session_auth_fallback_hash():
            yield self._with_rights(digest)

    def _with_rights(self, digest: str) -> str:
        """A session's hash that changes with the rights too, so that it ends when they change."""
        return f"{digest} {self.role} {self.is_staff} {self.is_superuser}"

    @property
    def is_library_staff(self) -> bool:
        """Whether this user works here.

        Django's own flags count as well: whoever carries one gets into its admin.
        """
        if self.is_staff or self.is_superuser:
            return True
        return self.role != self.Role.READER

    @property
    def must_have_second_factor(self) -> bool:
        """True where this user may do nothing by password alone.

        Whether they have one is another question, and a statement (``has_second_factor``).
        """
        return settings.STAFF_TOTP_REQUIRED and self.is_library_staff


#: Objects whose page is not named after their model; all others have ``app:model-detail``, or none.
PAGES = {
    "crm.importbatch": "crm:import-detail",
    "crm.user": "crm:user-edit",
    "feedback.submission": "feedback:work-review",
}


class AuditEventQuerySet(VisibleQuerySet):
    def visible_to(self, user):
        """Staff limited to a campus read what they did themselves, others everything.

        The permission to open the trail at all is asked by the page.
        """
        # Other events may name another campus's reader.
        if user.campus_id:
            return self.filter(user=user)
        return self


class AuditEvent(models.Model):
    """Who did what to what.

    Sign-ins, views of a person, exports, sends, imports, decisions. Append-only by trigger.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    action = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]
        triggers = [
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
            # Only the link to a deleted account may go.
            pgtrigger.Protect(
                name="append_only",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "at", "action", "object_type", "object_id", "detail", "address"
                ),
            ),
        ]

    def __str__(self):
        return f"{self.action} {self.object_type} {self.object_id}".strip()

    def url(self):
        """Where the object can be seen, or None when it has no page."""
        name = PAGES.get(self.object_type)
        if name is None:
            app_and_model = self.object_type.replace(".", ":", 1)
            name = f"{app_and_model}-detail"

        try:
            return reverse(name, args=[self.object_id])
        except NoReverseMatch:
            return None


class GuessCounterQuerySet(models.QuerySet):
    def outdated(self, at: datetime):
        """Counters that say nothing any more: what they counted is forgotten, and no lock runs."""
        no_lock = Q(locked_until__isnull=True) | Q(locked_until__lt=at)
        return self.filter(no_lock, at__lt=at - GuessCounter.FORGOTTEN_AFTER)


class GuessCounter(models.Model):
    """How often something secret of one account was entered wrongly since it was last right.

    ``key`` says whose: an account, or a name that nobody has (``crm.staff.guesses``). Every try is
    counted before it is looked at, and taken back when it was right.
    """

    #: Wrong entries are forgotten when none came for so long.
    FORGOTTEN_AFTER = timedelta(days=1)

    key = models.CharField(max_length=80, primary_key=True)
    tries = models.PositiveSmallIntegerField()
    #: How many of the tries proved wrong; the others are still being looked at.
    wrong = models.PositiveSmallIntegerField(default=0, db_default=0)
    at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    objects = GuessCounterQuerySet.as_manager()

    class Meta:
        verbose_name = _("counter of wrong entries")
        verbose_name_plural = _("counters of wrong entries")


class Bucket(models.Model):
    """A token bucket as one moment: when it will be full again (``crm.staff.buckets``).

    ``digest`` is keyed: no address and no name stands here. The table is unlogged, so counting
    costs no wait for the disk; a crash of the database empties it, and every bucket is full.
    """

    digest = models.BinaryField(primary_key=True)
    name = models.CharField(max_length=40)
    full_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("rate counter")
        verbose_name_plural = _("rate counters")
