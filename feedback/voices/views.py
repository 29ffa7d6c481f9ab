"""Saying something and following it (public), and the desk's inbox."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.disclosure import Count
from core.forms import READ_TO, posted, refusal_on, status_of
from core.refusals import Refused
from crm.letters.views import resend
from crm.readers.looks import look_at_one
from crm.readers.models import LookPlace, Reader
from crm.receipts.views import once
from crm.staff import screening
from feedback.voices.actions import (
    add_from_reader,
    assign,
    conclude,
    let_through,
    note,
    put_aside,
    reply,
    say,
)
from feedback.voices.forms import (
    AnswerForm,
    AssignForm,
    ConcludeForm,
    FollowForm,
    MessageForm,
    VoiceForm,
)
from feedback.voices.lists import OwnVoiceList, VoiceList
from feedback.voices.models import Voice
from feedback.voices.reaching import way_to
from feedback.voices.turns import mark_of, turns_among
from feedback.voices.words import (
    answered_in_words,
    held_in_words,
    screening_in_words,
    way_in_words,
)

#: Own voices beside the form that asks for reference and code.
SHOWN = 5


@login_not_required
def voice_create(request):
    """Keep what a visitor says, signed in or not; then the page that follows it."""
    form = VoiceForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            return redirect(_say(request, form).followed_url)
    context = {"form": form}
    return render(request, "feedback/voices/voice_create.html", context, status=status_of(form))


def _say(request, form: VoiceForm) -> Voice:
    """Keep it under the name of whoever is signed in as a reader.

    What looks automatic is kept as well, and answered in the same way.
    """
    reader = by = None
    if request.user.is_authenticated:
        reader = Reader.objects.filter(user=request.user).first()
        by = request.user
    fields = {name: form.cleaned_data[name] for name in VoiceForm.Meta.fields}
    return say(
        client_id=form.cleaned_data["client_id"],
        by=by,
        reader=reader,
        suspected=screening.suspicion_of(request, screening.VOICES, form.trapped),
        **fields,
    )


@login_not_required
def voice_find(request):
    """From reference and code to the page that follows the matter, for everybody.

    Whoever is signed in finds their own besides.
    """
    form = FollowForm(posted(request))
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        secret = form.cleaned_data["secret"]
        if Voice.objects.filter(reference=reference, secret=secret).exists():
            return redirect("feedback:voice-follow", reference, secret)

        # One word for both, or references could be found out one by one.
        form.add_error(None, _("No matter has this reference and code. Please check both."))
    own = Voice.objects.none()
    if request.user.is_authenticated:
        own = Voice.objects.said_by(request.user).order_by("-received_at", "-pk")
    context = {"form": form, "own": own[:SHOWN]}
    return render(request, "feedback/voices/voice_find.html", context, status=status_of(form))


def voice_mine(request):
    """What the reader who looks said while signed in, and where it stands."""
    voices = Voice.objects.said_by(request.user)
    return OwnVoiceList(request, voices).render("feedback/voices/voice_mine.html")


def voice_own(request, reference):
    """From a page of whoever said it, while signed in, to the page that follows it; else 404."""
    voice = get_object_or_404(Voice.objects.said_by(request.user), reference=reference)
    return redirect(voice.followed_url)


@login_not_required
@once
def voice_follow(request, reference, secret):
    """What became of it, for whoever holds reference and code, else 404; they may write again.
    Notes of colleagues are not shown.
    """
    voice = get_object_or_404(Voice, reference=reference, secret=secret)
    form = MessageForm(posted(request))
    if form.is_valid():
        # Kept and answered in the same way, whoever sent it.
        suspected = screening.suspicion_of(request, screening.VOICES, form.trapped)
        add_from_reader(voice=voice, text=form.cleaned_data["text"], suspected=suspected)
        return redirect("feedback:voice-follow", reference, secret)

    conversation = voice.messages.filter(internal=False).select_related("letter")
    context = {
        "voice": voice,
        "form": form,
        "held": held_in_words(voice, conversation),
        "is_own": _is_of(voice, request.user),
        "conversation": conversation,
    }
    response = render(request, "feedback/voices/voice_follow.html", context, status=status_of(form))
    # The address holds the secret, and the page what was said under it.
    response["Cache-Control"] = "no-store, private"
    return response


def _is_of(voice: Voice, user) -> bool:
    """Whether this account finds the voice among its own; false for whoever is not signed in."""
    if not user.is_authenticated or voice.reader is None:
        return False
    return voice.reader.user_id == user.pk


@needs("voices.view")
def voice_list(request):
    """The inbox: what was said, and how much of it is past its time."""
    voices = Voice.objects.visible_to(request.user)
    listing = VoiceList(request, voices.select_related("campus", "assigned_to", "campaign"))
    # Exact, since each of them can be opened from the list.
    late = Count.exact(voices.late().count())
    held = voices.held().count()
    context = {"late": late, "held": Count.exact(held), "any_held": held > 0}
    return listing.render("feedback/voices/voice_list.html", **context)


def _show(request, voice, *, answer=None, conclude=None, status=200):
    """The page of one voice; a form that was refused stands on it with its errors.

    That the reader was looked at is written down first.
    """
    if voice.reader is not None:
        look_at_one(voice.reader, by=request.user, place=LookPlace.VOICE)
    conversation = voice.messages.select_related("author", "letter")
    form = answer or AnswerForm()
    context = {
        "voice": voice,
        "conversation": conversation,
        "screening": screening_in_words(voice, conversation),
        "answer": form.beside(mark_of(voice, turns_among(conversation))),
        "assign": AssignForm(initial={"to": voice.assigned_to_id}),
        "conclude": conclude or ConcludeForm.of(voice),
        "way": way_in_words(way_to(voice)),
    }
    return render(request, "feedback/voices/voice_detail.html", context, status=status)


def _load(request, pk) -> Voice:
    """The voice, for whoever may see it; 404 for everybody else."""
    return Voice.objects.visible_to(request.user).get_or_404(pk)


@needs("voices.view")
def voice_detail(request, pk):
    """One voice with its messages; 404 for whoever may not open it."""
    related = Voice.objects.select_related("campus", "reader", "assigned_to", "campaign")
    voice = related.visible_to(request.user).get_or_404(pk)
    return _show(request, voice)


@require_POST
@needs("voices.answer")
@once
def voice_reply(request, pk):
    """An answer to the reader, or a note that only colleagues see; the page comes back with 400
    without a text, and with 409 where a colleague or the reader was faster.
    """
    form = AnswerForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            _keep(request, _load(request, pk), **form.cleaned_data)
            return redirect("feedback:voice-detail", pk)
    # As it stands now: somebody may have gone on with it.
    return _show(request, _load(request, pk), answer=form, status=status_of(form))


def _keep(request, voice: Voice, *, text: str, internal: bool, read_to: str) -> None:
    """The answer or the note; what became of it stands on the page that follows."""
    if internal:
        note(voice=voice, text=text, by=request.user)
        messages.success(request, _("Note kept."))
        return
    answer = reply(voice=voice, text=text, by=request.user, read_to=read_to)
    messages.success(request, answered_in_words(answer, way_to(answer.voice)))


@require_POST
@needs("voices.answer")
def voice_resend(request, pk, message):
    """Send the letter of one answer again."""
    voice = _load(request, pk)
    answer = get_object_or_404(voice.messages.exclude(letter=None), pk=message)
    resend(request, answer.letter)
    return redirect(voice)


@require_POST
@needs("voices.answer")
def voice_assign(request, pk):
    """Hand it to a colleague, or back to nobody; somebody who cannot be chosen changes nothing."""
    voice = _load(request, pk)
    form = AssignForm(request.POST)
    if form.is_valid():
        assign(voice=voice, to=form.cleaned_data["to"], by=request.user)
        messages.success(request, _("Handed over."))
    return redirect(voice)


@require_POST
@needs("voices.answer")
def voice_conclude(request, pk):
    """Write down what came of it, and close the matter where that is ticked; a refused form comes
    back with 400.
    """
    voice = _load(request, pk)
    form = ConcludeForm(request.POST)
    if not form.is_valid():
        return _show(request, voice, conclude=form, status=400)
    said = form.cleaned_data
    conclude(
        voice=voice,
        done=said["done"],
        shown=said["shown"],
        public_text=said["public_text"],
        close=said["close"],
        by=request.user,
    )
    messages.success(request, _("Kept."))
    return redirect(voice)


@require_POST
@needs("voices.answer")
def voice_screen(request, pk):
    """Let a held voice through or put it aside, and on to the next one that is held; to the list
    after the last. A request that says neither is a 400; a refusal is said on its page.
    """
    voice = _load(request, pk)
    if not {"aside", "let_through"} & request.POST.keys():
        raise BadRequest
    try:
        _screen(request, voice)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(voice)

    following = Voice.objects.visible_to(request.user).held().order_by("received_at", "pk").first()
    return redirect(following or "feedback:voice-list")


def _screen(request, voice: Voice) -> None:
    """Put it aside or let it through, and say so; Overtaken where the page did not show it all."""
    read_to = request.POST.get(READ_TO, "")
    if "aside" in request.POST:
        put_aside(voice=voice, by=request.user, read_to=read_to)
        messages.success(request, _("Put aside."))
        return
    let_through(voice=voice, by=request.user, read_to=read_to)
    messages.success(request, _("Let through."))
