from html import escape

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.contents.actions import save_content
from campaigns.contents.forms import ContentForm
from campaigns.contents.models import Content
from campaigns.plan.models import Campaign, Channel
from core import bodies, texts
from core.access import needs
from core.refusals import Refused


def get_content(request, pk) -> Content:
    """The content, or 404 where this person sees none."""
    contents = Content.objects.visible_to(request.user)
    return contents.select_related("campaign", "channel").get_or_404(pk)


@needs("campaigns.edit")
def content_create(request, pk):
    """A new e-mail content of campaign ``pk``."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    channel = Channel.objects.get(code=Channel.EMAIL)
    content = Content(campaign=campaign, channel=channel)
    return edit(request, content)


@needs("campaigns.edit")
def content_edit(request, pk):
    return edit(request, get_content(request, pk))


def edit(request, content):
    """The editor of a new or stored content."""
    form = ContentForm(request.POST or None, instance=content)
    if request.method == "POST" and form.is_valid():
        try:
            content = save_content(content=form.save(commit=False), by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(content)
    context = {
        "form": form,
        "content": content,
        "preview": preview_of(form["body"].value() or "", request.user),
    }
    return render(
        request, "campaigns/contents/content_edit.html", context, status=400 if form.errors else 200
    )


def preview_of(body: str, user) -> str:
    """The cleaned body with this member of staff's own data in the placeholders.

    Safe to show in a page.
    """
    values = {
        "name": str(user),
        "campus": str(user.campus or ""),
        "kind": _("teacher"),
        "unsubscribe": "#",
    }
    # Cleaned first, filled in after: a value is escaped text and passes no cleaning.
    return texts.PLACEHOLDER.sub(lambda found: escape(values[found[1]]), bodies.clean_body(body))


@needs("campaigns.edit")
@require_POST
def content_preview(request):
    """The preview beside the editor, redrawn while somebody types."""
    return render(
        request,
        "campaigns/contents/_content_preview.html",
        {"preview": preview_of(request.POST.get("body", ""), request.user)},
    )
