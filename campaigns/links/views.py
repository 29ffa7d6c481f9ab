from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.hosts.known import unknown_among
from campaigns.links import following, seen
from campaigns.links.actions import create_link
from campaigns.links.forms import LinkForm
from campaigns.links.lists import LinkList
from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign
from campaigns.plan.shown import period_in_words
from campaigns.plan.views.pages import form_page
from core.access import needs
from core.forms import posted
from core.qr import qr_svg
from crm.receipts.views import once


@needs("campaigns.view")
def link_list(request):
    """Every tracked link with who followed it; a campaign's own with ``?campaign=``."""
    links = TrackedLink.objects.visible_to(request.user)
    listing = LinkList(
        request, links.with_traffic(request.user).select_related("campaign", "channel")
    )
    context = {
        "campaign": listing.chosen.get("campaign"),
        "unknown": unknown_among(links.leading_elsewhere()),
    }
    return listing.render("campaigns/links/link_list.html", **context)


@needs("campaigns.edit")
@once
def link_create(request, pk):
    """A tracked link for a poster, a post or a board of campaign ``pk``; the message that follows
    says its address.
    """
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    form = LinkForm(posted(request))
    if form.is_valid():
        link = create_link(campaign=campaign, by=request.user, **form.cleaned_data)
        said = _("The link is %(address)s") % {"address": full_address(link)}
        messages.success(request, said)
        return redirect(f"{reverse('campaigns:link-list')}?campaign={campaign.pk}")

    context = {"form": form, "campaign": campaign}
    return form_page(request, "campaigns/links/link_create.html", context)


def full_address(link: TrackedLink) -> str:
    """As it is printed on a poster: with the host, since nobody clicks on paper."""
    return settings.BASE_URL + link.get_absolute_url()


@needs("campaigns.view")
def link_poster(request, pk):
    """An A4 page to print.

    The campaign's words, a QR code and the short address of one placement.
    """
    links = TrackedLink.objects.visible_to(request.user)
    link = links.select_related("campaign", "channel").get_or_404(pk)
    address = full_address(link)
    context = {"link": link, "address": address, "qr": qr_svg(address)}
    # Half a period says nothing on a poster.
    if link.campaign.starts_on and link.campaign.ends_on:
        context["period"] = period_in_words(link.campaign)
    return render(request, "campaigns/links/link_poster.html", context)


@login_not_required
@never_cache
@require_safe
def click(request, code, key=""):
    """The same as the door in front of Django does, for servers started without it.

    Also its 404.
    """
    address = following.follow(code, key, visit=seen.visit_of(request.META))
    if address is None:
        return link_shut(request, code, key)

    response = HttpResponseRedirect(address)
    response["Referrer-Policy"] = "same-origin"
    return response


def link_shut(request, code, key):
    """A page of our own for a link to a host taken off since, with status 410: it names the target
    in words. 404 for every other link that leads nowhere.
    """
    target = following.shut_target(code, key)
    if target is None:
        raise Http404
    return render(request, "campaigns/links/link_shut.html", {"target": target}, status=410)
