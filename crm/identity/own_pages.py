"""The pages on which somebody says which record of the library is theirs."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.addresses import masked
from core.forms import posted, refusal_on, refusal_told, status_of
from core.refusals import Refused
from crm.accounts import same_browser
from crm.accounts.forms import OwnAddressForm
from crm.identity import actions as verbs
from crm.identity import claims
from crm.identity.forms import ClaimForm


def me_claim(request):
    """Say which record of the library is one's own: with a code, or by a link to its address.

    What is wrong stands at the form; a link that was asked for is said in the same words whether
    somebody bears the number or not. The record that holds the confirmed address is offered.
    """
    form = ClaimForm(posted(request))
    mark = same_browser.mark_of(request)
    if form.is_valid() and claimed(request, form, mark):
        page = redirect("crm:me" if form.cleaned_data["code"] else "crm:me-claim")
        return same_browser.remember(page, mark)
    context = {"form": form, "offered": offer_of(request.user)}
    return render(request, "crm/identity/claim.html", context, status=status_of(form))


def offer_of(user) -> dict | None:
    """The record that is offered to this account, as the page names it; None where there is none.

    Of its number the last signs alone: who has the mailbox now need not be its person.
    """
    reader = claims.offered_to(user)
    if reader is None:
        return None
    return {"pk": reader.pk, "address": masked(reader.email), "number": masked(reader.number)}


def claimed(request, form: ClaimForm, mark: str) -> bool:
    """Join by the code, or send a link where none was typed. False with the reason on the form.

    What was done is said on the next page. Each try counts, whatever comes of it.
    """
    said = form.cleaned_data
    kind = claims.CODES if said["code"] else claims.LINKS
    with refusal_on(form):
        claims.refuse_too_often(said["number"], kind=kind, by=request.user)
        if said["code"]:
            verbs.claim_by_code(by=request.user, **said)
            messages.success(request, _("This record is yours now."))
        else:
            asked_by = same_browser.digest_of(mark)
            verbs.ask_link(number=said["number"], by=request.user, asked_by=asked_by)
            messages.success(
                request, _("If the library holds an address for this number, a link is on its way.")
            )
    return not form.errors


@require_POST
def me_claim_offered(request):
    """Join with the record that holds the confirmed address, where it is still the one that was
    shown.
    """
    shown = request.POST.get("record", "")
    return told(request, lambda: verbs.claim_offered(shown=shown, by=request.user))


def me_claim_link(request, token):
    """Opened from the letter; joined by a button, since programs open links as well.

    The page says which account gets which record, and in another browser than the one that asked
    it wants the account's address typed. Why a link does not hold is said as well.
    """
    try:
        reader, asked_by = claims.reader_of_token(token, request.user)
    except Refused as refusal:
        if request.method == "POST":
            messages.error(request, str(refusal))
            return redirect("crm:me-claim")
        return render(request, "crm/identity/claim_link.html", {"refusal": str(refusal)})

    form = OwnAddressForm(
        request.POST if request.method == "POST" else None,
        address=request.user.email,
        asked_here=same_browser.is_asked_here(request, asked_by),
    )
    if form.is_valid():
        return told(request, lambda: verbs.claim_by_link(token=token, by=request.user))
    context = {
        "form": form,
        "account": claims.account_in_words(request.user),
        "number": masked(reader.number),
    }
    return render(request, "crm/identity/claim_link.html", context, status=status_of(form))


def told(request, claim):
    """Run ``claim``, and say on the next page what came of it."""
    with refusal_told(request):
        claim()
        messages.success(request, _("This record is yours now."))
        return redirect("crm:me")
    return redirect("crm:me-claim")
