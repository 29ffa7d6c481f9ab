"""A person's own page: what is held of them, what they allow, who looked; and the way out."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.forms import refusal_on, status_of
from core.refusals import Refused
from crm.privacy import actions, own
from crm.privacy.forms import AddressForm, CodeForm, CorrectionForm, LeaveForm, PreferencesForm
from crm.readers.actions import set_consent
from crm.readers.models import Notice
from crm.readers.models.look import KEPT_DAYS
from crm.readers.profile import activity_counts, consent_rows, look_rows
from crm.readers.queries import reader_for
from crm.staff import audit
from crm.staff.words import AuditAction

LOOKS_SHOWN = 20


def own_page(view):
    """Hand the view the reader who is signed in; staff who are none are asked first."""

    def with_reader(request, *args, **kwargs):
        try:
            reader = reader_for(request.user)
        except Refused:
            return render(request, "crm/privacy/join.html")
        return view(request, reader, *args, **kwargs)

    return with_reader


@require_GET
@own_page
def me(request, reader):
    """What the library knows of the person who is signed in, what they allow, and who looked."""
    context = {
        "reader": reader,
        "identity": own.identity(reader),
        "consents": consent_rows(reader),
        "activities": activity_counts(reader),
        "sections": own.sections(reader, own.ON_THE_PAGE),
        "looks": look_rows(reader, LOOKS_SHOWN),
        "kept_days": KEPT_DAYS,
        "departure": getattr(reader, "departure", None),
        "notice": Notice.objects.current(),
    }
    return render(request, "crm/privacy/me.html", context)


@require_POST
def me_join(request):
    """A member of staff says that they are a reader, too."""
    actions.join(by=request.user)
    return redirect("crm:me")


@require_POST
@own_page
def me_consent(request, reader):
    """The whole matrix at once; only what differs from what holds is written down."""
    form = PreferencesForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known."))
        return redirect("crm:me")

    for row in consent_rows(reader):
        for purpose in row.purposes:
            wanted = form.cleaned_data[purpose.key]
            # Nothing can be allowed where there is no address; taking back is always possible.
            if wanted == purpose.is_on or (wanted and not row.address):
                continue
            set_consent(
                reader=reader,
                channel=row.channel,
                purpose=purpose.purpose,
                granted=wanted,
                source="portal",
                by=request.user,
            )
    messages.success(request, _("Your choice is written down and holds from now on."))
    return redirect("crm:me")


@require_POST
@own_page
def me_analytics(request, reader):
    """Switch off, or on again, what the library computes about this person."""
    allowed = request.POST.get("allowed") == "yes"
    actions.set_analytics(reader=reader, allowed=allowed, by=request.user)
    if allowed:
        messages.success(request, _("From now on what you do here counts again."))
    else:
        messages.success(request, _("Switched off. What was recorded of your doings is deleted."))
    return redirect("crm:me")


# --- taking it along ------------------------------------------------------------------------------
@require_GET
@own_page
def me_download(request, reader):
    """Everything held of the person, as JSON for programs."""
    audit.record(action=AuditAction.ME_DOWNLOAD, by=request.user, on=reader, form="json")
    # Readable in any editor: Chinese as Chinese, one value a line.
    layout = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(own.own_data(reader), json_dumps_params=layout)
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_GET
@own_page
def me_file(request, reader):
    """The same as one page that can be read without us, and printed."""
    audit.record(action=AuditAction.ME_DOWNLOAD, by=request.user, on=reader, form="html")
    context = {
        "reader": reader,
        "identity": own.identity(reader),
        "sections": own.sections(reader),
    }
    page = render_to_string("crm/privacy/my_data.html", context, request)
    response = HttpResponse(page)
    response["Content-Disposition"] = 'attachment; filename="my-data.html"'
    return response


# --- corrections and addresses --------------------------------------------------------------------
@own_page
def me_correct(request, reader):
    """Say what is written down wrongly."""
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        actions.ask_correction(reader=reader, by=request.user, **form.cleaned_data)
        messages.success(request, _("The library has it. You will find the answer here."))
        return redirect("crm:me")

    context = {"form": form, "corrections": reader.corrections.order_by("-asked_at")}
    return render(request, "crm/privacy/correct.html", context, status=status_of(form))


@own_page
def me_address(request, reader):
    """Give an e-mail address; a code is sent there."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        actions.ask_address(reader=reader, by=request.user, **form.cleaned_data)
        return redirect("crm:me-address")

    asked = reader.new_addresses.first()
    context = {"form": form, "asked": asked, "code": CodeForm(), "reader": reader}
    return render(request, "crm/privacy/address.html", context, status=status_of(form))


@require_POST
@own_page
def me_address_confirm(request, reader):
    """Type the code from the letter."""
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
        right = actions.confirm_address(asked=asked, code=code.cleaned_data["code"], by=by)
    if not right and not code.errors:
        code.add_error("code", _("This is not the code."))
    return right


# --- leaving --------------------------------------------------------------------------------------
@own_page
def me_leave(request, reader):
    """Be erased: what that means, the number typed, and some days to change one's mind."""
    form = LeaveForm(request.POST or None, number=reader.number)
    if form.is_valid():
        actions.ask_to_leave(reader=reader, by=request.user)
        messages.success(request, _("Nothing will be sent to you from now on."))
        return redirect("crm:me")

    context = {
        "form": form,
        "reader": reader,
        "sections": own.sections(reader, 0),
        "departure": getattr(reader, "departure", None),
        "days": settings.ERASE_AFTER_DAYS,
    }
    return render(request, "crm/privacy/leave.html", context, status=status_of(form))


@require_POST
@own_page
def me_stay(request, reader):
    """They changed their mind."""
    actions.stay(reader=reader, by=request.user)
    messages.success(request, _("You stay. What may be sent to you, you decide anew below."))
    return redirect("crm:me")
