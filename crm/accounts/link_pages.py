"""Coming in by a link in a mail: it is asked for, and opened by a button."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from core import visitors
from core.addresses import masked
from core.forms import posted, refusal_on, status_of
from core.refusals import Refused
from crm.accounts import mail_links, same_browser
from crm.accounts.actions import open_account
from crm.accounts.forms import OpenLinkForm, SignInLinkForm
from crm.accounts.mail_links import Opening
from crm.receipts.views import once
from crm.staff import slowing
from crm.staff.models import User


@login_not_required
@once
def sign_in_link(request):
    """Have a link mailed; the answer is the same whether somebody has that address or not."""
    form = SignInLinkForm(posted(request))
    mark = same_browser.mark_of(request)
    if form.is_valid():
        with refusal_on(form):
            mail_links.refuse_too_many(visitors.network_of(request))
            mail_link(form.cleaned_data["email"], same_browser.digest_of(mark))
            return same_browser.remember(redirect("crm:sign-in-link-sent"), mark)
    return render(request, "crm/accounts/sign_in_link.html", {"form": form}, status=status_of(form))


@login_not_required
def sign_in_link_sent(request):
    """What to do with the letter, and for how long its link holds."""
    return render(request, "crm/accounts/sign_in_link_sent.html", {"minutes": link_minutes()})


def mail_link(address: str, asked_by: str) -> None:
    """Mail one letter, whoever has the address: a link that signs the reader in whose confirmed
    address it is, one that opens an account where there is none, else that a password is needed.

    One letter in each case, so that neither the answer nor its time tells which it was. One address
    gets five at once and then one an hour, as with every mail that anybody can have sent.
    """
    user = mail_links.reader_with(address)
    letters = get_adapter()
    if user is not None:
        page = page_of(mail_links.token_of(user, asked_by))
        letters.write_sign_in_link(user, page, link_minutes())
    elif mail_links.is_free(address):
        page = page_of(mail_links.token_for_new(address, asked_by))
        letters.write_link_for_new(address, page, link_minutes())
    else:
        letters.write_no_link(address)


def page_of(token: str) -> str:
    """The address of the page that a link opens, with scheme and host."""
    return settings.BASE_URL + reverse("crm:sign-in-link-open", args=[token])


def link_minutes() -> int:
    """How long a link holds."""
    return mail_links.HOLDS.seconds // 60


@login_not_required
@never_cache
def sign_in_link_open(request, token):
    """Opened from the mail; signed in by a button, since programs open links as well.

    The page says whose account it is, and in another browser than the one that asked it wants the
    address typed. Signed in as after a password: a second factor is asked for. A link that does not
    hold, and a wrong address, count as wrong entries of the network.
    """
    try:
        with transaction.atomic():
            return opened(request, mail_links.opening_of(token))
    except Refused as refusal:
        if request.method != "POST":
            context = {"refusal": str(refusal)}
            return render(request, "crm/accounts/sign_in_link_open.html", context)
        slowing.count_failure(visitors.network_of(request))
        messages.error(request, str(refusal))
        return redirect("crm:sign-in-link")


def opened_anew(opening: Opening, name: str) -> User:
    """The account that the link opens where nobody has the address."""
    return open_account(address=opening.address, name=name, by=None)


def opened(request, opening: Opening):
    """Sign in where the form is filled in, else the page with it; the account is held."""
    form = OpenLinkForm(
        request.POST if request.method == "POST" else None,
        opening=opening,
        asked_here=same_browser.is_asked_here(request, opening.asked_by),
    )
    if form.is_valid():
        user = opening.user or opened_anew(opening, form.cleaned_data["name"])
        record_authentication(request, user, method=mail_links.METHOD)
        login = Login(user=user, email=user.email)
        if opening.user is None:
            # There the record of the library is offered that holds the address.
            login.redirect_url = reverse("crm:me")
        return perform_login(request, login)
    if form.is_bound:
        slowing.count_failure(visitors.network_of(request))
    context = {"form": form, "address": masked(opening.address), "is_new": opening.user is None}
    template = "crm/accounts/sign_in_link_open.html"
    return render(request, template, context, status=status_of(form))
