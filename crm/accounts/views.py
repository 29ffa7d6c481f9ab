"""What a person is signed in with, on their own pages and, for administrators, on the desk."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.mfa import signals
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import visitors
from core.access import needs
from core.forms import posted, refusal_on, status_of
from crm.accounts import kept
from crm.accounts.actions import (
    end_everything_else,
    end_session,
    end_sessions,
    make_token,
    reset_second_factor,
    revoke_token,
    revoke_tokens,
)
from crm.accounts.forms import SecondFactorForm, TokenForm
from crm.accounts.models import ApiToken, BrowserSession, KeptForm
from crm.accounts.words import session_lines
from crm.staff import audit
from crm.staff.models import User
from crm.staff.queries import has_second_factor
from crm.staff.words import AuditAction


# --- browsers -------------------------------------------------------------------------------------
@require_GET
def session_list(request):
    """Where this person is signed in."""
    context = {
        "lines": session_lines(request.user, request.session.digest),
        "hours": settings.SESSION_COOKIE_AGE // 3600,
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
        "has_tokens": request.user.api_tokens.exists(),
    }
    return render(request, "crm/accounts/session_list.html", context)


@require_POST
def session_end(request, pk):
    """End one session, which may be the one that asks; any other after the password once more."""
    own = BrowserSession.objects.visible_to(request.user)
    session = get_object_or_404(own, public_id=pk)
    if session.session_key == request.session.digest:
        end_session(session=session, by=request.user)
        logout(request)
        return redirect("account_login")
    return _end_other_session(request, session)


@reauthentication_required
def _end_other_session(request, session: BrowserSession):
    """End it once the password has been given again."""
    end_session(session=session, by=request.user)
    messages.success(request, _("That device is signed out."))
    return redirect("crm:session-list")


@require_POST
@reauthentication_required
def session_end_all(request):
    """End every session of this person, this one as well, and their programs unless they say so.

    Leads to the front page, where a message says so.
    """
    end_sessions(user=request.user, by=request.user)
    if "keep_tokens" not in request.POST and request.user.api_tokens.exists():
        revoke_tokens(user=request.user, by=request.user)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("/")


# --- programs -------------------------------------------------------------------------------------
@needs("desk.open")
@require_GET
def token_list(request):
    """The person's tokens; the tokens themselves are shown once, when they are made."""
    found = ApiToken.objects.visible_to(request.user)
    return render(request, "crm/accounts/token_list.html", {"tokens": found})


@needs("desk.open")
@reauthentication_required
def token_create(request):
    """Make a token and show it, this once.

    A GET shows the form, a POST that is good the token itself, and one that is refused the form
    with 400.
    """
    form = TokenForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            token = make_token(user=request.user, by=request.user, **form.cleaned_data)
    if form.is_bound and not form.errors:
        context = {"token": token, "name": form.cleaned_data["name"]}
        return render(request, "crm/accounts/token_made.html", context)

    return render(request, "crm/accounts/token_create.html", {"form": form}, status=status_of(form))


@needs("desk.open")
@require_POST
def token_revoke(request, pk):
    """The token is worthless from now on; 404 for somebody else's."""
    token = ApiToken.objects.visible_to(request.user).get_or_404(pk)
    revoke_token(token=token, by=request.user)
    messages.success(request, _("The token “%(name)s” is worthless now.") % {"name": token.name})
    return redirect("crm:token-list")


# --- forms ----------------------------------------------------------------------------------------
@require_GET
def kept_form(request, pk):
    """What was being typed when the session ended, to be sent now."""
    form = KeptForm.objects.visible_to(request.user).get_or_404(pk)
    days = kept.KEPT_FOR.days
    context = {
        "kept": form,
        "page": kept.page_in_words(form.path),
        "texts": kept.typed_texts(form.fields),
        "days": days,
    }
    return render(request, "crm/accounts/kept_form.html", context)


@require_POST
def kept_form_discard(request, pk):
    """Throws away what was kept of a form; 404 for somebody else's."""
    KeptForm.objects.visible_to(request.user).get_or_404(pk).delete()
    messages.success(request, _("The text is thrown away."))
    return redirect("crm:after-login")


# --- somebody else's, for administrators ----------------------------------------------------------
@needs("users.edit")
@require_GET
def user_session_list(request, pk):
    """Where somebody is signed in, and with which tokens."""
    person = User.objects.visible_to(request.user).get_or_404(pk)
    context = {
        "person": person,
        "lines": session_lines(person, request.session.digest),
        "tokens": person.api_tokens.all(),
    }
    return render(request, "crm/accounts/user_session_list.html", context)


@needs("users.edit")
@require_POST
def user_session_end(request, pk):
    """Sign somebody out everywhere, programs as well."""
    person = User.objects.visible_to(request.user).get_or_404(pk)
    end_sessions(user=person, by=request.user)
    revoke_tokens(user=person, by=request.user)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": person})
    return redirect("crm:user-list")


@needs("users.edit")
def user_second_factor(request, pk):
    """For somebody who lost telephone and recovery codes; their mailbox is told."""
    person = User.objects.visible_to(request.user).get_or_404(pk)
    form = SecondFactorForm(posted(request))
    if form.is_valid() and _second_factor_reset(form, person, request.user):
        said = _("%(name)s signs in by the password alone and can set up a new second factor.")
        messages.success(request, said % {"name": person})
        return redirect("crm:user-edit", person.pk)

    context = {"form": form, "person": person, "has_factor": has_second_factor(person)}
    template = "crm/accounts/user_second_factor.html"
    return render(request, template, context, status=status_of(form))


def _second_factor_reset(form: SecondFactorForm, person: User, by) -> bool:
    """False with the reason on the form."""
    with refusal_on(form):
        reset_second_factor(user=person, reason=form.cleaned_data["reason"], by=by)
        if person.email:
            tell = get_adapter().send_notification_mail
            tell("mfa/email/totp_deactivated", person, email=person.email)
    return not form.errors


# --- what packages tell of ------------------------------------------------------------------------
@receiver(
    [signals.authenticator_added, signals.authenticator_removed, signals.authenticator_reset],
    dispatch_uid="factor-changed",
)
def second_factor_changed(request, user, **_signal):
    """A second factor came, changed or went: everything ends but the browser it was done in.

    Called by allauth's signals; ``user`` is whose it is.
    """
    end_everything_else(user=user, digest=request.session.digest, by=user)


@receiver(user_logged_out, dispatch_uid="signed-out")
def signed_out(request, user, **_signal):
    """Somebody signed out themselves; a session that ends by time is no sign-out."""
    if user is None:
        return
    # The row of their session goes at once: nothing is still to come from it.
    request.session.is_left = True
    # The browser is told to forget what it kept of them (config.middleware.ForgetMiddleware).
    request.signed_out = user.pk
    audit.record(
        action=AuditAction.SIGN_OUT, by=user, on=user, address=visitors.address_of(request)
    )
