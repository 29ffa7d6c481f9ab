"""A content from draft to sent: look at it, try it out, launch it, watch it, stop it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.contents.tags import without_campus
from campaigns.contents.views import get_content, preview_of
from campaigns.experiments.queries import experiment_of
from campaigns.experiments.shown import shown_arms
from campaigns.experiments.words import promise_in_pairs
from campaigns.limits.queries import open_stop
from campaigns.plan.views.pages import form_page
from campaigns.sending import audience, readings
from campaigns.sending.actions import launch_content, pause, resend_unknown, resume, send_test
from campaigns.sending.forms import LaunchForm
from campaigns.sending.models import Delivery
from campaigns.sending.progress import progress
from campaigns.sending.readiness import Obstacle, launch_obstacles, nobody_mailed, unknown_targets
from campaigns.sending.subscribing import letters_to_subscribers, subscribers_asked
from campaigns.sending.words import (
    audience_in_words,
    ending_in_words,
    launch_button,
    launch_question,
    launched_in_words,
    members_in_words,
    obstacles_in_words,
    queued_again_in_words,
    stage_in_words,
    subscribers_asked_in_words,
    subscribers_mailed_in_words,
    uncounted_in_words,
)
from core import texts
from core.access import needs
from core.forms import posted, refusal_told
from crm.receipts.views import once
from crm.segments.recorded import unrecorded_of


@needs("campaigns.view")
def content_detail(request, pk):
    """A draft with what its launch needs, or a launched content with how its deliveries stand."""
    content = get_content(request, pk)
    context = {
        "content": content,
        "links": content.links.with_traffic(request.user),
        "preview": preview_of(content.body, request.user),
        "subject": subject_for(request.user, content),
        "unknown": unknown_targets(content),
    }
    if content.is_draft:
        context["blocks"] = obstacles_in_words(launch_obstacles(content))
    else:
        context |= live_page(content, request.user)
        letters = letters_to_subscribers(content)
        context["subscribers"] = subscribers_mailed_in_words(letters)
    return render(request, "campaigns/sending/content_detail.html", context)


def subject_for(user, content) -> str:
    """The subject as a preview, with what this member of staff would read in its fields; a field
    that is none stays as it is.
    """
    values = {
        "name": str(user),
        "campus": str(user.campus or without_campus()),
        "kind": _("teacher"),
    }

    def own_value(found) -> str:
        """The value for one field; the field itself, braces included, where it is none."""
        return values.get(found[1], found[0])

    return texts.PLACEHOLDER.sub(own_value, content.subject)


def live_page(content, viewer) -> dict:
    """How the deliveries stand, as ``viewer`` may be told, and what stops them."""
    found = progress(content, viewer)
    return {
        "progress": found,
        "states": readings.states(content, found, viewer),
        "followed": readings.followed(content, found, viewer),
        "stage": stage_in_words(content, is_open=found.is_open),
        "ending": ending_in_words(content, found.seconds_left),
        "stop": stop_of(content),
    }


def stop_of(content):
    """The stop by a limit that keeps a paused content; None for every other one."""
    if content.state != content.State.PAUSED:
        return None
    return open_stop(content.campaign_id)


@needs("campaigns.view")
def content_progress(request, pk):
    """The numbers of the live page, polled while there is something to send."""
    content = get_content(request, pk)
    context = {"content": content} | live_page(content, request.user)
    # The state beside the heading goes along: it must not say another thing.
    context["is_fragment"] = True
    return render(request, "campaigns/sending/_content_progress.html", context)


@needs("campaigns.launch")
def content_launch(request, pk):
    """What a launch would do, in numbers; then the launch."""
    content = get_content(request, pk)
    form = LaunchForm(posted(request), content=content)
    if form.is_valid():
        launch(request, content, form.due_at)
        return redirect("campaigns:content-detail", pk)

    # Segments that were never computed come first: counting them would count nobody.
    uncounted = audience.prepare(content.campaign)
    counted = audience.count(content, request.user).shown_to(request.user)
    subscribers = subscribers_asked(content)
    context = {
        "content": content,
        "form": form,
        "uncounted": uncounted_in_words(uncounted),
        "subscribers": subscribers_asked_in_words(subscribers),
        **said_of(content, counted),
        **promise_of(content.campaign, request.user),
        "blocks": obstacles_in_words(obstacles(content, counted, uncounted, subscribers)),
    }
    return form_page(request, "campaigns/sending/content_launch.html", context)


def promise_of(campaign, viewer) -> dict:
    """What the launch is judged by, and the arms that it draws; nothing without a named outcome."""
    experiment = experiment_of(campaign)
    if experiment is None:
        return {}
    return {
        "promise": promise_in_pairs(experiment),
        "arms": shown_arms(experiment, viewer),
    }


def said_of(content, counted) -> dict:
    """The numbers of a launch, what they rest on, and how the page asks by them."""
    return {
        "unrecorded": unrecorded_of(content.campaign.segments.order_by("name"), timezone.now()),
        "counted": counted,
    } | launch_in_words(content, counted)


def launch_in_words(content, counted) -> dict:
    """The question of the page, its button, and who is written to and who is not."""
    return {
        "question": launch_question(counted.all_mailed),
        "button": launch_button(counted.all_mailed),
        "members": members_in_words(counted),
        "rows": audience_in_words(counted, content.get_purpose_display()),
    }


def obstacles(content, counted, uncounted, subscribers) -> list[Obstacle]:
    """What stands in the way: also that nobody would be mailed, where that is known already.
    Segments that could not be counted leave it open.
    """
    found = launch_obstacles(content)
    some_subscribe = subscribers is not None and not subscribers.is_zero
    if found or uncounted or some_subscribe or not counted.all_mailed.is_zero:
        return found
    some = {
        "some_held_out": not counted.held_out.is_zero,
        "some_frequent": not counted.frequent.is_zero,
    }
    return [nobody_mailed(content, **some)]


def launch(request, content, due_at) -> None:
    """The launch itself; the page it leads to says how many, or why not."""
    with refusal_told(request):
        launched = launch_content(content=content, by=request.user, due_at=due_at)
        messages.success(request, launched_in_words(launched, request.user))


def step(request, pk, verb, said: str):
    """One verb on a content that may be refused, then back to its page.

    ``said`` may name what the verb returned as ``%(result)s``.
    """
    content = get_content(request, pk)
    with refusal_told(request):
        result = verb(content=content, by=request.user)
        messages.success(request, said % {"result": result})
    return redirect("campaigns:content-detail", pk)


@needs("campaigns.edit")
@require_POST
@once
def content_test(request, pk):
    """One mail to whoever presses the button, however often it is pressed on one page."""
    return step(
        request,
        pk,
        send_test,
        _("A test mail to %(result)s waits to be mailed; “Single letters” says how it goes."),
    )


@needs("campaigns.launch")
@require_POST
def content_pause(request, pk):
    """Stop what is being sent; a refusal is said on the content's page."""
    return step(request, pk, pause, _("Paused. Nothing more is sent until you go on."))


@needs("campaigns.launch")
@require_POST
def content_resume(request, pk):
    """Go on with what was paused; a refusal is said on the content's page."""
    return step(request, pk, resume, _("Sending goes on."))


@needs("campaigns.launch")
@require_POST
def content_resend(request, pk):
    """Queue the rows in doubt, or the failed ones where ``state`` asks for them, again."""
    content = get_content(request, pk)
    state = Delivery.State.UNKNOWN
    # Any other state that a browser may post is never queued again.
    if request.POST.get("state") == Delivery.State.FAILED:
        state = Delivery.State.FAILED

    with refusal_told(request):
        rows = resend_unknown(content=content, by=request.user, state=state)
        messages.success(request, queued_again_in_words(rows, request.user))
    return redirect(content)
