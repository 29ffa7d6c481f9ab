"""Contents and their deliveries: write, preview, try out, launch, watch."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns import actions, audience, html
from campaigns.forms.delivery import ContentForm, DeliveryFilterForm, LaunchForm, LinkFilterForm, LinkForm
from campaigns.links import create_link
from campaigns.models import Campaign, Channel, Content, TrackedLink
from campaigns.progress import audience_in_words, progress, reason_in_words, recent_of
from crm.access import needs
from crm.models import Reader


def get_content(request, pk) -> Content:
    return get_object_or_404(Content.objects.visible_to(request.user).select_related("campaign", "channel"), pk=pk)


@needs("campaigns.edit")
def content_create(request, pk):
    """A new e-mail content of campaign ``pk``."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    content = Content(campaign=campaign, channel=Channel.objects.get(code="email"))
    return edit(request, content)


@needs("campaigns.edit")
def content_edit(request, pk):
    return edit(request, get_content(request, pk))


def edit(request, content):
    form = ContentForm(request.POST or None, instance=content)
    if request.method == "POST" and form.is_valid():
        try:
            content = actions.save_content(content=form.save(commit=False), by=request.user)
        except actions.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(content)
    context = {"form": form, "content": content, "preview": preview_of(form["body"].value() or "", request.user)}
    return render(request, "campaigns/content_edit.html", context, status=400 if form.errors else 200)


def preview_of(body: str, user) -> str:
    """The cleaned body with this member of staff's own data in the placeholders: safe to show in a page."""
    values = {"name": str(user), "campus": str(user.campus or ""), "kind": _("teacher"), "unsubscribe": "#"}
    return html.PLACEHOLDER.sub(lambda found: html.escape(values[found[1]]), html.clean(body))


@needs("campaigns.edit")
@require_POST
def content_preview(request):
    """The preview beside the editor, redrawn while somebody types."""
    return render(
        request, "campaigns/_content_preview.html", {"preview": preview_of(request.POST.get("body", ""), request.user)}
    )


@needs("campaigns.view")
def content_detail(request, pk):
    """A draft with what its launch needs, or a launched content with how its deliveries stand."""
    content = get_content(request, pk)
    context = {
        "content": content,
        "links": content.links.all(),
        "preview": preview_of(content.body, request.user),
        "subject": html.PLACEHOLDER.sub(lambda found: str(request.user) if found[1] == "name" else "", content.subject),
    }
    context |= {"blocks": actions.blocks(content)} if content.is_draft else {"progress": progress(content)}
    return render(request, "campaigns/content_detail.html", context)


@needs("campaigns.view")
def content_progress(request, pk):
    """The numbers of the live page, polled while there is something to send."""
    content = get_content(request, pk)
    return render(request, "campaigns/_content_progress.html", {"content": content, "progress": progress(content)})


@needs("campaigns.launch")
def content_launch(request, pk):
    """What a launch would do, in numbers; then the launch."""
    content = get_content(request, pk)
    form = LaunchForm(request.POST or None, content=content)
    if request.method == "POST" and form.is_valid():
        try:
            launched = actions.launch_content(content=content, by=request.user, due_at=form.due_at)
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, actions.in_words(launched))
        return redirect("campaigns:content-detail", pk)
    uncounted = audience.prepare(content.campaign)
    counted = audience.count(content.campaign)
    context = {"content": content, "form": form, "counted": counted, "rows": audience_in_words(counted)}
    context["uncounted"] = uncounted
    return render(request, "campaigns/content_launch.html", context | {"blocks": actions.blocks(content)})


def step(request, pk, verb, said: str):
    """One verb on a content that may be refused, then back to its page."""
    content = get_content(request, pk)
    try:
        result = verb(content=content, by=request.user)
        messages.success(request, said % {"result": result})
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("campaigns:content-detail", pk)


@needs("campaigns.edit")
@require_POST
def content_test(request, pk):
    return step(request, pk, actions.send_test, _("A test mail is on its way to %(result)s."))


@needs("campaigns.launch")
@require_POST
def content_pause(request, pk):
    return step(request, pk, actions.pause, _("Paused. Nothing more is sent until you go on."))


@needs("campaigns.launch")
@require_POST
def content_resume(request, pk):
    return step(request, pk, actions.resume, _("Sending goes on."))


@needs("campaigns.launch")
@require_POST
def content_resend(request, pk):
    """Queue the rows in doubt, or the failed ones, again."""
    content = get_content(request, pk)
    state = "failed" if request.POST.get("state") == "failed" else "unknown"
    rows = actions.resend_unknown(content=content, by=request.user, state=state)
    said = ngettext("%(n)s mail is queued again.", "%(n)s mails are queued again.", rows)
    messages.success(request, said % {"n": f"{rows:,}"})
    return redirect(content)


@needs("readers.view")
def delivery_list(request, pk):
    """Who of the readers this person may see got ``content``, and how it went."""
    content = get_content(request, pk)
    form = DeliveryFilterForm(request.GET)
    mine = content.deliveries.filter(reader__in=Reader.objects.visible_to(request.user)).select_related("reader")
    page = Paginator(form.filter(mine, request.GET.get("sort", "")), 50).get_page(request.GET.get("page"))
    for row in page:
        row.why = reason_in_words(row.reason)
    return render(request, "campaigns/delivery_list.html", {"content": content, "form": form, "page": page})


@needs("readers.view")
def reader_panel(request, pk):
    """Fragment for the person page: what this reader was sent lately."""
    reader = get_object_or_404(Reader.objects.visible_to(request.user), pk=pk)
    return render(request, "campaigns/_reader_panel.html", {"reader": reader, "deliveries": recent_of(reader)})


@needs("campaigns.view")
def link_list(request):
    """Every tracked link with its clicks; a campaign's own with ``?campaign=``."""
    form = LinkFilterForm(request.GET)
    found = form.filter(TrackedLink.objects.select_related("campaign", "channel"), request.GET.get("sort", ""))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    campaign = form.cleaned_data.get("campaign") if form.is_valid() else None
    context = {"form": form, "page": page, "campaign": campaign, "base_url": settings.BASE_URL}
    return render(request, "campaigns/link_list.html", context)


@needs("campaigns.edit")
def link_create(request, pk):
    """A tracked link for a poster, a post or a board of campaign ``pk``."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        link = create_link(campaign=campaign, **form.cleaned_data)
        messages.success(
            request, _("The link is %(address)s") % {"address": settings.BASE_URL + link.get_absolute_url()}
        )
        return redirect(f"{reverse('campaigns:link-list')}?campaign={campaign.pk}")
    context = {"form": form, "campaign": campaign}
    return render(request, "campaigns/link_create.html", context, status=400 if form.errors else 200)
