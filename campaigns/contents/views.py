from html import escape

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from campaigns.contents.actions import remove_picture, save_content, set_picture, take_over
from campaigns.contents.forms import ContentForm, ContentPictureForm
from campaigns.contents.models import Content
from campaigns.contents.tags import fields_that_are_none, named_fields, without_campus
from campaigns.plan.models import Campaign, Channel
from campaigns.plan.views.pages import form_page
from core import bodies, texts
from core.access import needs
from core.forms import posted, refusal_on, refusal_told
from core.pictures import MOST_BYTES
from core.refusals import Refused
from core.uploads import takes_files
from crm.receipts.views import once


def get_content(request, pk) -> Content:
    """The content with its campaign and channel; 404 where this person sees none."""
    contents = Content.objects.visible_to(request.user)
    return contents.select_related("campaign", "channel").get_or_404(pk)


@needs("campaigns.edit")
@once
def content_create(request, pk):
    """A new e-mail content of campaign ``pk``; 404 where this person sees no such campaign."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    channel = Channel.objects.get(code=Channel.EMAIL)
    # Until it is stored, what the database fills in is no text and would stand on the page.
    content = Content(campaign=campaign, channel=channel, picture="", picture_alt="")
    return edit(request, content)


@needs("campaigns.edit")
@require_POST
def content_take_over(request, pk):
    """The mails of the round before, as drafts of the arm that goes on as before."""
    campaign = Campaign.objects.visible_to(request.user).get_or_404(pk)
    with refusal_told(request):
        n = take_over(campaign=campaign, by=request.user)
        said = ngettext("%(n)d mail is taken over.", "%(n)d mails are taken over.", n)
        messages.success(request, said % {"n": n})
    return redirect(f"{campaign.get_absolute_url()}?phase=tactics#contents")


@needs("campaigns.edit")
def content_edit(request, pk):
    """The editor; one who opens it where nothing may be changed is told why, and types nothing."""
    content = get_content(request, pk)
    if not may_be_opened(request, content):
        return redirect(content)
    return edit(request, content)


def may_be_opened(request, content: Content) -> bool:
    """Whether a page to change a content is shown; where it is not the reason is told as a message.
    A POST is refused by its verb.
    """
    if request.method == "POST" or content.is_editable:
        return True
    messages.error(request, content.why_not_editable)
    return False


def edit(request, content: Content):
    """The editor of a new or stored content; a POST stores it, and says what was taken out of the
    text and what looks like a field and is none.
    """
    form = ContentForm(posted(request), instance=content)
    if stored(request, form):
        messages.success(request, _("Saved."))
        for remark in (form.taken_out, named_fields(fields_that_are_none(content))):
            if remark:
                messages.warning(request, remark)
        return redirect(content)

    # What is in the field now: as typed where it came back with errors, else as stored.
    body = form["body"].value() or ""
    context = {
        "form": form,
        "content": content,
        "preview": preview_of(body, request.user),
    }
    return form_page(request, "campaigns/contents/content_edit.html", context)


def stored(request, form: ContentForm) -> bool:
    """Whether what a valid form says was stored in its content.

    A refusal becomes the form's own error, and what was typed stays.
    """
    if not form.is_valid():
        return False
    with refusal_on(form):
        save_content(content=form.save(commit=False), by=request.user)
    return not form.errors


def preview_of(body: str, user) -> str:
    """The cleaned body with this member of staff's own data in the placeholders, or why it cannot
    be cleaned.

    Safe to show in a page.
    """
    values = {
        "name": str(user),
        "campus": str(user.campus or without_campus()),
        "kind": _("teacher"),
        "unsubscribe": "#",
    }

    def own_value(found) -> str:
        """What the reader's own field holds, safe inside HTML."""
        return escape(values[found[1]])

    try:
        cleaned = bodies.clean_body(body)
    except Refused as refusal:
        return escape(str(refusal))
    # Cleaned first, filled in after: a value is escaped text and passes no cleaning.
    return texts.PLACEHOLDER.sub(own_value, cleaned)


@needs("campaigns.edit")
@require_POST
def content_preview(request):
    """The preview beside the editor, redrawn while somebody types: a fragment of what is posted as
    ``body``. Nothing is stored.
    """
    body = request.POST.get("body", "")
    return render(
        request,
        "campaigns/contents/_content_preview.html",
        {"preview": preview_of(body, request.user)},
    )


@takes_files(lambda: MOST_BYTES)
@needs("campaigns.edit")
def content_picture(request, pk):
    """The picture above the text: another one, or none; beside it the letter as on a telephone.
    Where nothing may be changed whoever opens it is told why, and a POST is refused on the form.
    """
    content = get_content(request, pk)
    form = ContentPictureForm(posted(request), request.FILES or None)
    if not may_be_opened(request, content):
        return redirect(content)
    if form.is_valid():
        with refusal_on(form):
            asked = form.cleaned_data
            set_picture(content=content, picture=asked["file"], alt=asked["alt"], by=request.user)
            messages.success(request, _("The picture is in the letter."))
            return redirect("campaigns:content-picture", pk)

    context = {
        "form": form,
        "content": content,
        "preview": preview_of(content.body, request.user),
    }
    return form_page(request, "campaigns/contents/content_picture.html", context)


@needs("campaigns.edit")
@require_POST
def content_picture_remove(request, pk):
    """No picture in this letter; a refusal is said on the content's page."""
    content = get_content(request, pk)
    with refusal_told(request):
        remove_picture(content=content, by=request.user)
        messages.success(request, _("The letter has no picture any more."))
        return redirect("campaigns:content-picture", pk)
    return redirect(content)
