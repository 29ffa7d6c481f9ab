"""Single letters on the desk: what became of each, and sending one again or leaving it out."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import refusal_on, refusal_told, status_of
from crm.letters import actions
from crm.letters.forms import SkipForm
from crm.letters.lists import LetterList
from crm.letters.models import Letter


def tell_readers_of(letters, by) -> None:
    """The readers whose letters are about to be shown are told so."""
    # Readers stand to the right of letters: what tells them is named by the settings.
    import_string(settings.LETTERS_SEEN)(letters, by=by)


def _load(request, pk) -> Letter:
    """The letter, where this person may see it; 404 else."""
    return Letter.objects.visible_to(request.user).get_or_404(pk)


@needs("letters.view")
def letter_list(request):
    """All single letters, and whether somebody mails them at all."""
    letters = Letter.objects.visible_to(request.user)
    is_stalled = letters.stalled().exists()
    # The texts of a page of letters are large, and no column shows them.
    listing = LetterList(request, letters.defer("text", "html", "headers"))
    tell_readers_of(listing.page, request.user)
    return listing.render("crm/letters/letter_list.html", is_stalled=is_stalled)


@needs("letters.view")
def letter_detail(request, pk):
    """One letter with what became of it, without the text of account mail; 404 for others."""
    return _show(request, _load(request, pk), SkipForm())


def _show(request, letter: Letter, form: SkipForm):
    """The page of one letter; a form that was refused stands on it with its errors."""
    tell_readers_of([letter], request.user)
    context = {"letter": letter, "form": form}
    return render(request, "crm/letters/letter_detail.html", context, status=status_of(form))


@require_POST
@needs("letters.send")
def letter_resend(request, pk):
    """Send it on its way once more."""
    letter = _load(request, pk)
    resend(request, letter)
    return redirect(letter)


def resend(request, letter: Letter) -> None:
    """Send a letter again; what came of it, a refusal too, is a message on the next page."""
    with refusal_told(request):
        actions.resend(letter=letter, by=request.user)
        messages.success(request, _("The letter waits to be mailed again."))


@require_POST
@needs("letters.send")
def letter_skip(request, pk):
    """Leave it out, for a reason that stays with it."""
    letter = _load(request, pk)
    form = SkipForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            actions.skip(letter=letter, reason=form.cleaned_data["reason"], by=request.user)
    if form.errors:
        return _show(request, letter, form)
    messages.success(request, _("The letter is left out."))
    return redirect(letter)
