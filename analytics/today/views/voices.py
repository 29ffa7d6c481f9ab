"""A voice in its line: answered, let through or put aside, a colleague reminded."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from analytics.today import undo
from analytics.today.asked import held_item, voice_item
from analytics.today.elsewhere import with_colleague
from analytics.today.items import DeskClock
from analytics.today.views.showing import done, is_closed, line
from analytics.today.words import undo_in_words
from core.access import needs
from core.forms import READ_TO, posted, refusal_on, refusal_told
from core.refusals import Refused
from crm.readers.looks import look_at_one
from crm.readers.models import LookPlace
from crm.receipts.views import once
from feedback.voices.actions import hold_again, let_through, put_aside, remind, reply
from feedback.voices.forms import ShortAnswerForm
from feedback.voices.models import MessageState, Voice
from feedback.voices.reaching import way_to
from feedback.voices.turns import talk_of
from feedback.voices.words import answered_in_words, screening_in_words, way_in_words


def load(request, pk) -> Voice:
    """The voice with what its reader wrote last, for whoever may see it; 404 for everybody else."""
    voices = Voice.objects.select_related("campus", "reader", "assigned_to")
    return voices.with_newest(MessageState.TAKEN).visible_to(request.user).get_or_404(pk)


@needs("voices.answer")
@once
def voice(request, pk):
    """The line of a voice as it stands: to be answered, to be looked at, or what came of it.

    Without a text it comes back with 400, and with 409 where somebody was faster.
    """
    form = ShortAnswerForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            reply(voice=load(request, pk), by=request.user, **form.cleaned_data)
            return redirect("analytics:today-voice", pk)
    found = load(request, pk)
    if form.is_bound:
        return to_answer(request, found, form)
    return as_it_stands(request, found)


def as_it_stands(request, found: Voice, refusal: str = ""):
    """The line by the state of its voice, with the reason why a step was refused."""
    if found.state == Voice.State.HELD:
        return to_look_at(request, found, refusal)
    if not found.is_waited_for:
        return settled(request, found, refusal)
    return to_answer(request, found, ShortAnswerForm(), refusal)


def to_answer(request, found: Voice, form: ShortAnswerForm, refusal: str = ""):
    """What is to be answered, and a form below it."""
    item = voice_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    context = opened(request, found) | {
        "item": item,
        "beneath": way_in_words(way_to(found)),
        "submit": _("Send the answer"),
    }
    form.beside(context["talk"].mark)
    return line(request, "analytics/today/_write.html", context, form, refusal)


def to_look_at(request, found: Voice, refusal: str):
    """The whole text, why it waits for a look, and the two ways on."""
    item = held_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    screening = screening_in_words(found, found.messages.all())
    context = opened(request, found) | {"item": item, "screening": screening}
    return line(request, "analytics/today/_held.html", context, refusal=refusal)


def opened(request, found: Voice) -> dict:
    """The words of a voice whose line is open; that its reader was looked at is written down."""
    if found.reader is not None:
        look_at_one(found.reader, by=request.user, place=LookPlace.VOICE)
    talk = talk_of(found)
    return {
        "voice": found,
        "talk": talk,
        "full": talk.first,
        "page": found.get_absolute_url(),
        "page_said": _("The whole matter"),
    }


def settled(request, found: Voice, refusal: str):
    """What came of it: put aside, with a way back for some seconds; closed; or answered."""
    key, url = f"voice-{found.pk}", found.get_absolute_url()
    if found.state == Voice.State.ASIDE:
        back = way_back(request, found)
        return done(request, key, _("Put aside."), url, refusal=refusal, **back)

    answer = found.messages.filter(from_reader=False, internal=False).last()
    if answer is None:
        return done(request, key, _("The matter is closed."), url, refusal=refusal)
    said = answered_in_words(answer, way_to(found))
    return done(request, key, said, url, refusal=refusal)


def way_back(request, found: Voice) -> dict:
    """What the line needs to offer that putting it aside is taken back; empty where it cannot."""
    token = request.GET.get("undo", "")
    if not undo.is_in_time(token, found.pk, request.user.pk):
        return {}
    return {
        "undo": reverse("analytics:today-undo", args=[found.pk]),
        "token": token,
        "seconds": undo.SECONDS,
        "undo_said": undo_in_words(undo.SECONDS),
    }


@require_POST
@needs("voices.answer")
def screen(request, pk):
    """Let a held voice through, or put it aside; the line then says what came of it.

    What says neither is a 400, and changes nothing; a 409 where somebody was faster.
    """
    found = load(request, pk)
    verdicts = {"aside", "let_through"} & request.POST.keys()
    if not verdicts:
        raise BadRequest
    try:
        query = screened(request, found, aside="aside" in verdicts)
    except Refused as refusal:
        return as_it_stands(request, load(request, pk), str(refusal))
    return redirect(reverse("analytics:today-voice", args=[pk]) + query)


def screened(request, found: Voice, *, aside: bool) -> str:
    """Take the step, and give the query by which the line offers to take it back, "" for none.

    Overtaken where there are words that were not in the line.
    """
    read_to = request.POST.get(READ_TO, "")
    if not aside:
        let_through(voice=found, by=request.user, read_to=read_to)
        return ""
    step = put_aside(voice=found, by=request.user, read_to=read_to)
    token = undo.token_of(step, found.pk, request.user.pk)
    return f"?{urlencode({'undo': token})}"


@require_POST
@needs("voices.answer")
def take_back(request, pk):
    """Hold again what was put aside a moment ago; the line says why where that is over."""
    found = load(request, pk)
    try:
        step = undo.step_of(request.POST.get("token", ""), found.pk, request.user.pk)
        hold_again(voice=found, step=step, by=request.user)
    except Refused as refusal:
        return as_it_stands(request, load(request, pk), str(refusal))
    return redirect("analytics:today-voice", pk)


@require_POST
@needs("voices.answer")
def remind_colleague(request, pk):
    """Write to the colleague who has it in hand; a refusal is said, too."""
    found = load(request, pk)
    with refusal_told(request):
        remind(voice=found, by=request.user)
        if request.htmx:
            entry = with_colleague(found, DeskClock(timezone.now()), is_reminded=True)
            return render(request, "analytics/today/_elsewhere.html", {"entry": entry})
        messages.success(request, _("The reminder waits to be mailed."))
    if request.htmx:
        # Refused: the page as it stands now says why, and not a line of it.
        return HttpResponseClientRedirect(reverse("analytics:today"))
    return redirect("analytics:today")
