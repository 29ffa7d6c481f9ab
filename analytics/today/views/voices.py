"""A voice in its line: answered, let through or put aside, a colleague reminded."""

from django.contrib import messages
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
from core.forms import posted, refusal_told
from crm.readers.looks import look_at_one
from crm.readers.models import LookPlace
from crm.receipts.views import once
from feedback.voices.actions import let_through, put_aside, remind, reply
from feedback.voices.forms import AnswerForm
from feedback.voices.models import Voice
from feedback.voices.reaching import way_to
from feedback.voices.words import answered_in_words, screening_in_words, way_in_words


def load(request, pk) -> Voice:
    """The voice, for whoever may see it; 404 for everybody else."""
    voices = Voice.objects.select_related("campus", "reader", "assigned_to")
    return voices.visible_to(request.user).get_or_404(pk)


@needs("voices.answer")
@once
def voice(request, pk):
    """The line of a voice as it stands: to be answered, to be looked at, or what came of it.

    Without a text it comes back with 400.
    """
    found = load(request, pk)
    form = AnswerForm(posted(request))
    if form.is_valid():
        reply(voice=found, text=form.cleaned_data["text"], by=request.user)
        return redirect("analytics:today-voice", pk)
    if form.is_bound:
        # What was typed stays, also where a colleague has answered meanwhile.
        return to_answer(request, found, form)

    screening = screening_in_words(found, found.messages.all())
    if found.state == Voice.State.HELD and screening is not None:
        return to_look_at(request, found, screening)
    if not found.is_waited_for:
        return settled(request, found)
    return to_answer(request, found, form)


def to_answer(request, found: Voice, form: AnswerForm):
    """The whole text and a form below it; that its reader was looked at is written down."""
    item = voice_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    if found.reader is not None:
        look_at_one(found.reader, by=request.user, place=LookPlace.VOICE)
    context = {"item": item, "voice": found, "way": way_in_words(way_to(found))}
    return line(request, "analytics/today/_voice.html", context, form)


def to_look_at(request, found: Voice, screening):
    """The whole text, why it waits for a look, and the two ways on."""
    item = held_item(found, DeskClock(timezone.now()))
    if is_closed(request):
        return line(request, "analytics/today/_item.html", {"item": item})
    if found.reader is not None:
        look_at_one(found.reader, by=request.user, place=LookPlace.VOICE)
    context = {"item": item, "voice": found, "screening": screening}
    return line(request, "analytics/today/_held.html", context)


def settled(request, found: Voice):
    """What came of it: put aside, with a way back for some seconds; closed; or answered."""
    key, url = f"voice-{found.pk}", found.get_absolute_url()
    if found.state == Voice.State.ASIDE:
        token = request.GET.get("undo", "")
        can_undo = undo.is_in_time(token, found.pk, request.user.pk)
        way_back = {}
        if can_undo:
            way_back = {
                "undo": reverse("analytics:today-undo", args=[found.pk]),
                "token": token,
                "seconds": undo.SECONDS,
                "undo_said": undo_in_words(undo.SECONDS),
            }
        return done(request, key, _("Put aside."), url, **way_back)

    answer = found.messages.filter(from_reader=False, internal=False).last()
    if answer is None:
        return done(request, key, _("The matter is closed."), url)
    return done(request, key, answered_in_words(answer, way_to(found)), url)


@require_POST
@needs("voices.answer")
def screen(request, pk):
    """Let a held voice through, or put it aside; the line then says what came of it."""
    found = load(request, pk)
    address = reverse("analytics:today-voice", args=[pk])
    if "aside" not in request.POST:
        let_through(voice=found, by=request.user)
        return redirect(address)
    put_aside(voice=found, by=request.user)
    token = undo.token_of(found.pk, request.user.pk)
    return redirect(f"{address}?{urlencode({'undo': token})}")


@require_POST
@needs("voices.answer")
def take_back(request, pk):
    """Let through what was put aside a moment ago; nothing where its time is over."""
    found = load(request, pk)
    if undo.is_in_time(request.POST.get("token", ""), found.pk, request.user.pk):
        let_through(voice=found, by=request.user)
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
