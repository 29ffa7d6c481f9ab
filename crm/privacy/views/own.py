"""A person's own page: what is held of them, what they allow, who looked; and the way out."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.forms import refusal_told
from core.holds import unknowables
from crm.identity.claims import offered_to
from crm.privacy import actions, own
from crm.privacy.forms import PreferencesForm
from crm.privacy.views.entrance import own_page
from crm.privacy.words import address_shown
from crm.readers.actions import OWN_PAGE, set_consent
from crm.readers.models import Notice
from crm.readers.models.look import KEPT_DAYS
from crm.readers.profile import ChannelConsent, activity_counts, consent_rows, look_rows
from crm.readers.queries import PORTAL
from crm.readers.words import nothing_done
from crm.sources.words import lacking_lately

LOOKS_SHOWN = 20


@require_GET
@own_page
def me(request, reader):
    """What the library knows of the person who is signed in, what they allow, and who looked."""
    context = {
        "reader": reader,
        "identity": own.identity(reader),
        "consents": [(row, address_shown(row)) for row in consent_rows(reader)],
        "activities": activity_counts(reader),
        "nothing_done": nothing_done(reader),
        "unrecorded": lacking_lately() if reader.analytics else [],
        "own_things": own.things_of(reader),
        "sections": own.sections(reader, own.ON_THE_PAGE),
        "unknowables": unknowables(),
        "looks": look_rows(reader, LOOKS_SHOWN),
        "kept_days": KEPT_DAYS,
        "offered": reader.source == PORTAL and offered_to(request.user) is not None,
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

    with refusal_told(request):
        for row in consent_rows(reader):
            _write(row, form.cleaned_data, reader=reader, by=request.user)
        messages.success(request, _("Your choice is written down and holds from now on."))
    return redirect("crm:me")


def _write(row: ChannelConsent, wanted: dict[str, bool], **said) -> None:
    """What differs on one channel. Nothing can be allowed where there is no address; taking back
    is always possible.
    """
    for purpose in row.purposes:
        allow = wanted[purpose.key]
        is_settled = allow == purpose.is_on and not purpose.is_off_by_joining
        if is_settled or (allow and not row.address):
            continue
        set_consent(
            channel=row.channel, purpose=purpose.purpose, granted=allow, source=OWN_PAGE, **said
        )


@own_page
def me_analytics(request, reader):
    """Switch off, or on again, what the library computes about this person; asked before."""
    if request.method != "POST":
        goes, stays = own.of_analytics(reader)
        context = {"reader": reader, "goes": goes, "stays": stays}
        return render(request, "crm/privacy/analytics.html", context)

    allowed = request.POST.get("allowed") == "yes"
    actions.set_analytics(reader=reader, allowed=allowed, by=request.user)
    if allowed:
        messages.success(request, _("From now on what you do here counts again."))
    else:
        messages.success(request, _("Switched off. What was recorded of your doings is deleted."))
    return redirect("crm:me")
