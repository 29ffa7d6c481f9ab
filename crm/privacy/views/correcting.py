"""A person says what is wrong, and gives the address that is theirs."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import posted, refusal_on, status_of
from crm.privacy import actions
from crm.privacy.forms import AddressForm, CodeForm, CorrectionForm
from crm.privacy.letters import refuse_too_often
from crm.privacy.views.entrance import own_page
from crm.receipts.views import once


@own_page
@once
def me_correct(request, reader):
    """Say what is written down wrongly."""
    # The page that sends somebody here says what for.
    form = CorrectionForm(posted(request), initial={"field": request.GET.get("field", "")})
    if form.is_valid():
        actions.ask_correction(reader=reader, by=request.user, **form.cleaned_data)
        messages.success(request, _("The library has it. You will find the answer here."))
        return redirect("crm:me")

    context = {"form": form, "corrections": reader.corrections.order_by("-asked_at")}
    return render(request, "crm/privacy/correct.html", context, status=status_of(form))


@own_page
@once
def me_address(request, reader):
    """Give an e-mail address; a code is sent there.

    A refusal stands on the form, with 400. The code typed is for ``me_address_confirm``.
    """
    form = AddressForm(posted(request))
    if form.is_valid() and _asked(form, reader, request.user):
        return redirect("crm:me-address")

    asked = reader.new_addresses.first()
    context = {"form": form, "asked": asked, "code": CodeForm(), "reader": reader}
    return render(request, "crm/privacy/address.html", context, status=status_of(form))


def _asked(form: AddressForm, reader, by) -> bool:
    """False with the reason on the form."""
    address = form.cleaned_data["address"]
    with refusal_on(form, "address"):
        refuse_too_often(address, by=by)
        actions.ask_address(reader=reader, address=address, by=by)
    return not form.errors


@require_POST
@own_page
def me_address_confirm(request, reader):
    """Type the code from the letter.

    Back to the first step where no address waits; a wrong code is an error on the form.
    """
    asked = reader.new_addresses.first()
    if asked is None:
        return redirect("crm:me-address")

    code = CodeForm(request.POST)
    if code.is_valid() and _confirmed(code, asked, request.user):
        messages.success(request, _("This address is yours now."))
        return redirect("crm:me")
    context = {"form": AddressForm(), "asked": asked, "code": code, "reader": reader}
    return render(request, "crm/privacy/address.html", context, status=status_of(code))


def _confirmed(code: CodeForm, asked, by) -> bool:
    """False with the reason on the form."""
    right = False
    with refusal_on(code, "code"):
        right = actions.confirm_address(asked=asked, by=by, **code.cleaned_data)
    if not right and not code.errors:
        code.add_error("code", _("This is not the code."))
    return right
