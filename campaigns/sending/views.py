"""Contents and their deliveries: write, preview, try out, launch, watch."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.contents.views import get_content, preview_of
from campaigns.links import keys
from campaigns.sending import audience
from campaigns.sending.actions import (
    launch_content,
    pause,
    resend_unknown,
    resume,
    send_test,
)
from campaigns.sending.forms import LaunchForm
from campaigns.sending.lists import DeliveryList
from campaigns.sending.models import Delivery
from campaigns.sending.progress import progress, recent_of
from campaigns.sending.readiness import launch_obstacles
from campaigns.sending.words import (
    audience_in_words,
    launch_button,
    launch_question,
    launched_in_words,
    obstacles_in_words,
    queued_again_in_words,
)
from core import texts
from core.access import needs
from core.refusals import Refused
from crm.readers import actions
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import may_be_mailed


@needs("campaigns.view")
def content_detail(request, pk):
    """A draft with what its launch needs, or a launched content with how its deliveries stand."""
    content = get_content(request, pk)
    context = {
        "content": content,
        "links": content.links.with_traffic(),
        "preview": preview_of(content.body, request.user),
        "subject": subject_for(request.user, content),
    }
    if content.is_draft:
        context["blocks"] = obstacles_in_words(launch_obstacles(content))
    else:
        context["progress"] = progress(content, request.user)
    return render(request, "campaigns/sending/content_detail.html", context)


def subject_for(user, content) -> str:
    """The subject as a preview: this person's name in it, and nothing for the other fields."""
    values = {"name": str(user)}
    return texts.PLACEHOLDER.sub(lambda found: values.get(found[1], ""), content.subject)


@needs("campaigns.view")
def content_progress(request, pk):
    """The numbers of the live page, polled while there is something to send."""
    content = get_content(request, pk)
    return render(
        request,
        "campaigns/sending/_content_progress.html",
        {"content": content, "progress": progress(content, request.user)},
    )


@needs("campaigns.launch")
def content_launch(request, pk):
    """What a launch would do, in numbers; then the launch."""
    content = get_content(request, pk)
    form = LaunchForm(request.POST or None, content=content)
    if request.method == "POST" and form.is_valid():
        launch(request, content, form.due_at)
        return redirect("campaigns:content-detail", pk)
    # Segments that were never computed come first: counting them would count nobody.
    uncounted = audience.prepare(content.campaign)
    counted = audience.count(content.campaign).shown_to(request.user)
    context = {
        "content": content,
        "form": form,
        "uncounted": uncounted,
        "counted": counted,
        "question": launch_question(counted.mailed),
        "button": launch_button(counted.mailed),
        "rows": audience_in_words(counted),
        "blocks": obstacles_in_words(launch_obstacles(content)),
    }
    return render(request, "campaigns/sending/content_launch.html", context)


def launch(request, content, due_at) -> None:
    """The launch itself; the page it leads to says how many, or why not."""
    try:
        launched = launch_content(content=content, by=request.user, due_at=due_at)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, launched_in_words(launched, request.user))


def step(request, pk, verb, said: str):
    """One verb on a content that may be refused, then back to its page."""
    content = get_content(request, pk)
    try:
        result = verb(content=content, by=request.user)
        messages.success(request, said % {"result": result})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("campaigns:content-detail", pk)


@needs("campaigns.edit")
@require_POST
def content_test(request, pk):
    return step(request, pk, send_test, _("A test mail is on its way to %(result)s."))


@needs("campaigns.launch")
@require_POST
def content_pause(request, pk):
    return step(request, pk, pause, _("Paused. Nothing more is sent until you go on."))


@needs("campaigns.launch")
@require_POST
def content_resume(request, pk):
    return step(request, pk, resume, _("Sending goes on."))


@needs("campaigns.launch")
@require_POST
def content_resend(request, pk):
    """Queue the rows in doubt, or the failed ones, again."""
    content = get_content(request, pk)
    state = Delivery.State.UNKNOWN
    if request.POST.get("state") == Delivery.State.FAILED:
        state = Delivery.State.FAILED
    rows = resend_unknown(content=content, by=request.user, state=state)
    messages.success(request, queued_again_in_words(rows, request.user))
    return redirect(content)


@needs("readers.view")
def delivery_list(request, pk):
    """Who of the readers this person may see got ``content``, and how it went."""
    content = get_content(request, pk)
    readers = Reader.objects.visible_to(request.user)
    mine = content.deliveries.filter(reader__in=readers).select_related("reader")
    listing = DeliveryList(request, mine)
    return listing.render("campaigns/sending/delivery_list.html", content=content)


@needs("readers.view")
def reader_panel(request, pk):
    """Fragment for the person page: what this reader was sent lately."""
    reader = get_object_or_404(Reader.objects.visible_to(request.user), pk=pk)
    return render(
        request,
        "campaigns/sending/_reader_panel.html",
        {"reader": reader, "deliveries": recent_of(reader)},
    )


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, key):
    """RFC 8058: GET shows and changes nothing, a POST with nothing but the key withdraws consent to
    e-mail.

    The address goes on the suppression list with it, so that other rows of the same person are not
    mailed either. Exempt from the CSRF check because mail programs post without cookies; the signed
    key is the permission.
    """
    pk = keys.read_key(key, keys.UNSUBSCRIBE)
    if pk is None:
        raise Http404
    delivery = get_object_or_404(Delivery.objects.select_related("reader"), pk=pk)

    reader = delivery.reader
    if request.method == "POST":
        change_subscription(reader, again="again" in request.POST)
    context = {"subscribed": may_be_mailed(reader)}
    return render(request, "campaigns/sending/unsubscribe.html", context)


def change_subscription(reader, *, again: bool) -> None:
    """Take a reader off the mails, or back ``again``."""
    source = "unsubscribe page"
    if again:
        actions.set_consent(
            reader=reader, channel=ContactChannel.EMAIL, granted=True, source=source, by=None
        )
    else:
        actions.unsubscribe(reader=reader, source=source, by=None)
