"""What is held of how a person signs in: addresses, second factor, browsers, programs, forms."""

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.holds import AccountHold, Erase, Shown
from core.localised import listed
from crm.accounts.kept import page_in_words, typed_texts
from crm.accounts.models import ApiToken

ACCESS = _("so that only the person themself gets in")
SERVICE = _("service to readers")


def scope_in_words(code: str) -> str:
    """What a token may be used for.

    In the present language; ValueError for an unknown code.
    """
    return str(ApiToken.Scope(code).label)


def factor_in_words(kind: str) -> str:
    """A kind of second factor; one of a later version by its code."""
    said = {
        "totp": gettext("codes of an app"),
        "recovery_codes": gettext("recovery codes"),
        "webauthn": gettext("a key or a fingerprint"),
    }
    return said.get(kind, kind)


def typed_in_words(fields: list) -> str:
    """The texts of [[name, value]] as one.

    Only what a person typed (``crm.accounts.kept.typed_texts``); "" where nothing is.
    """
    return listed(typed_texts(fields))


ACCOUNTS = [
    AccountHold(
        "account.EmailAddress",
        "user",
        Erase.DELETE,
        title=_("E-mail addresses of my account"),
        called=_("E-mail addresses of accounts"),
        shown=(
            Shown(_("address"), "email"),
            Shown(_("confirmed"), "verified"),
            Shown(_("the one used"), "primary"),
        ),
        purpose=ACCESS,
        basis=SERVICE,
    ),
    AccountHold(
        "mfa.Authenticator",
        "user",
        Erase.DELETE,
        title=_("My second factor"),
        called=_("Second factors"),
        # The secret in it is known to the person's own device, and to nobody on a page.
        shown=(
            Shown(_("kind"), "type", factor_in_words),
            Shown(_("since"), "created_at"),
            Shown(_("last used"), "last_used_at"),
        ),
        purpose=ACCESS,
        basis=SERVICE,
    ),
    AccountHold(
        "crm.BrowserSession",
        "user",
        Erase.DELETE,
        title=_("Where I am signed in"),
        shown=(
            Shown(_("signed in"), "started_at"),
            Shown(_("last seen"), "last_seen_at"),
            Shown(pgettext_lazy("of a token", "ends"), "expire_date"),
            Shown(_("browser"), "browser"),
            Shown(_("system"), "system"),
            Shown(_("network"), "network"),
        ),
        order="-started_at",
        purpose=ACCESS,
        basis=SERVICE,
    ),
    AccountHold(
        "crm.ApiToken",
        "user",
        Erase.DELETE,
        title=_("Tokens for my programs"),
        shown=(
            Shown(_("name"), "name"),
            Shown(_("begins with"), "beginning"),
            Shown(_("made"), "created_at"),
            Shown(pgettext_lazy("of a token", "ends"), "expires_at"),
            Shown(_("may be used for"), "scope", scope_in_words),
            Shown(_("last used"), "last_used_at"),
        ),
        order="-created_at",
        purpose=ACCESS,
        basis=SERVICE,
    ),
    AccountHold(
        "crm.KeptForm",
        "user",
        Erase.DELETE,
        title=_("Forms kept for me because I was signed out"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("page"), "path", page_in_words),
            Shown(_("what I typed"), "fields", typed_in_words),
        ),
        order="-at",
        purpose=_("so that nothing typed is lost"),
        basis=SERVICE,
    ),
]
