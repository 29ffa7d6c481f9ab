"""Where a survey is placed: its address by channel, a poster, a mail's links, its campaign."""

from django.conf import settings
from django.core.validators import slug_re
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from campaigns.plan.models import Campaign, Channel
from core.access import needs
from core.listing import whole_number
from core.qr import qr_svg
from feedback.surveys import words
from feedback.surveys.models import Survey
from feedback.surveys.queries import with_counts
from feedback.surveys.views.desk import load


def address(survey: Survey, channel: str = "") -> str:
    """The public address with its host, and with the channel it is placed on."""
    url = settings.BASE_URL + survey.public_url
    if channel:
        return f"{url}?c={channel}"
    return url


@needs("surveys.view")
def survey_share(request, pk):
    """Address and code of the survey, and its address on each public channel."""
    survey = load(request, pk)
    plain = address(survey)

    # The other channels reach readers one by one, and their links carry a key of the reader.
    channels = []
    for channel in Channel.objects.filter(contact=""):
        channels.append((channel, address(survey, channel.code)))

    context = {"survey": survey, "address": plain, "qr": qr_svg(plain), "channels": channels}
    return render(request, "feedback/surveys/survey_share.html", context)


@needs("surveys.view")
def survey_poster(request, pk):
    """One A4 page to print: title, code, short address.

    404 for a survey by invitation, and for a channel that is not there.
    """
    survey = load(request, pk)
    # Whoever followed it would be told that there is no such page.
    if survey.by_invitation:
        raise Http404
    code = request.GET.get("c", "poster")
    # What is no slug may hold what PostgreSQL takes in no text.
    if not slug_re.match(code):
        raise Http404
    channel = get_object_or_404(Channel, code=code)
    link = address(survey, channel.code)
    context = {"survey": survey, "address": link, "qr": qr_svg(link)}
    return render(request, "feedback/surveys/survey_poster.html", context)


@needs("surveys.view")
def survey_links(request):
    """Fragment for the mail editor.

    Surveys of a campaign (and of none) that are not over, with the path a tracked link needs.
    """
    campaign = whole_number(request.GET.get("campaign"), None)
    offered = Q(campaign__isnull=True)
    if campaign is not None:
        offered |= Q(campaign_id=campaign)
    surveys = Survey.objects.visible_to(request.user).not_over().filter(offered)
    return render(request, "feedback/surveys/_survey_links.html", {"surveys": surveys})


@needs("surveys.view")
def campaign_panel(request, pk):
    """Fragment for the campaign room: its surveys, newest first, and how many answered."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    own = Survey.objects.visible_to(request.user).filter(campaign=campaign)
    counted = with_counts(own, request.user)
    surveys = [(one, words.answers_and_end(one)) for one in counted.order_by("-created_at")]
    context = {"campaign": campaign, "surveys": surveys}
    return render(request, "feedback/surveys/_campaign_panel.html", context)
