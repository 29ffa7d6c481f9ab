"""What a plan chooses: which content answers which need, whom it addresses, which target holds."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.plan.actions import amend_standard, set_segments
from campaigns.plan.forms import AmendForm, ElementForm, MatchForm, NeedForm, SegmentsForm
from campaigns.plan.gates import AudienceChosen
from campaigns.plan.models import Standard
from campaigns.plan.queries import look
from campaigns.plan.shown import shown_amendments
from campaigns.plan.views.pages import form_page, get_campaign, saved
from campaigns.plan.words import check_in_words
from core.access import needs
from core.forms import posted
from crm.receipts.views import once
from crm.segments.models import Segment


@needs("campaigns.view")
def match_list(request, pk):
    """Needs on the left, the cultural contents that answer them on the right, and what stands alone
    (B4).
    """
    campaign = get_campaign(request, pk)
    picture = look(campaign, request.user)

    forms = {"need": NeedForm(), "element": ElementForm()}
    # A match is made of two rows, so its form waits until there is one of each.
    if picture.needs and picture.elements:
        forms["match"] = MatchForm(campaign=campaign)

    editable = not campaign.is_locked and request.user.can("campaigns.edit")
    return render(
        request,
        "campaigns/plan/match_list.html",
        {"campaign": campaign, "picture": picture, "forms": forms, "editable": editable},
    )


@needs("campaigns.edit")
def campaign_segments(request, pk):
    """Whom the campaign addresses: a box for each segment; a POST stores the ticked ones."""
    campaign = get_campaign(request, pk)
    chosen = list(campaign.segments.values_list("pk", flat=True))
    form = SegmentsForm(posted(request), initial={"segments": chosen})
    if saved(request, form, set_segments, campaign=campaign):
        return redirect(f"{campaign.get_absolute_url()}?phase=strategy")

    audience = AudienceChosen.of(look(campaign, request.user))
    context = {
        "campaign": campaign,
        "form": form,
        "segments": ticked_segments(form, request.user),
        "locked": audience.segments,
        "audience": check_in_words(audience).detail,
    }
    return form_page(request, "campaigns/plan/campaign_segments.html", context)


def ticked_segments(form: SegmentsForm, viewer) -> list[tuple[Segment, bool]]:
    """[(segment, whether its box is ticked)] of all segments, as typed or else as stored."""
    # A browser sends texts, the stored choice is of numbers.
    segments = Segment.objects.visible_to(viewer)
    ticked = set(map(str, form["segments"].value() or []))
    return [(segment, str(segment.pk) in ticked) for segment in segments]


@needs("campaigns.edit")
@once
def standard_amend(request, pk, row):
    """Move a locked target, on record; 404 for a standard of another campaign."""
    campaign = get_campaign(request, pk)
    standards = Standard.objects.visible_to(request.user).of(campaign)
    standard = standards.prefetch_related("amendments__by").get_or_404(row)

    form = AmendForm(posted(request), initial={"target": standard.target})
    if saved(request, form, amend_standard, standard=standard):
        messages.success(request, _("Amended; the evaluation will show both targets."))
        return redirect(campaign)
    context = {
        "campaign": campaign,
        "standard": standard,
        "amendments": shown_amendments(standard),
        "form": form,
    }
    return form_page(request, "campaigns/plan/standard_amend.html", context)
