"""The first steps of a library, and its settings of mail."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from core.safety import last_backup
from crm.library.actions import put_steps_away, set_senders
from crm.library.chosen import stored_choices
from crm.library.forms import SendersForm
from crm.receipts.views import once
from crm.setup.actions import send_sender_test
from crm.setup.machine import said_by_machine
from crm.setup.senders import records, sender_tests, some_wait
from crm.setup.steps import first_steps


@require_safe
@needs("settings.edit")
def setup(request):
    """All first steps: what each unlocks, how long it takes, where it is done."""
    context = {"first": first_steps(), "last_backup": last_backup()}
    return render(request, "crm/setup/setup.html", context)


@require_POST
@needs("settings.edit")
def setup_away(request):
    """Show the steps on the desk's first page no more; with ``back`` again.

    Leads to the first page, which lacks them now; with ``back`` to the steps.
    """
    away = "back" not in request.POST
    put_steps_away(away=away, by=request.user)
    if away:
        messages.success(request, _("Put away. You find the first steps under “Library”."))
        return redirect("analytics:today")
    return redirect("crm:setup")


@needs("settings.edit")
def mail_settings(request):
    """From which addresses mail comes, a test of each, and the records that their domains need.

    Addresses that are refused stay in the form with the reason. Another sender is used within a
    minute.
    """
    form = SendersForm(posted(request), initial=_stored())
    if form.is_valid():
        with refusal_on(form):
            set_senders(by=request.user, **form.cleaned_data)
            messages.success(request, _("Mails come from there within a minute. Now test it."))
            return redirect("crm:mail-settings")
    context = {
        "form": form,
        "records": records(),
        "machine": said_by_machine(),
        **_tests(request.user),
    }
    return render(request, "crm/setup/mail_settings.html", context, status=status_of(form))


def _tests(user) -> dict:
    """What ``_tests.html`` needs: the test mails, and whether to ask again in a moment."""
    tests = sender_tests(user)
    return {"tests": tests, "some_wait": some_wait(tests)}


def _stored() -> dict[str, str]:
    """What was chosen, by the names of the form."""
    known = stored_choices()
    return {
        "notices": known.notices_from,
        "promotion": known.promotion_from,
        "reply": known.reply_to,
        "back": known.return_to,
        "language": known.letters_language,
    }


@require_POST
@needs("settings.edit")
@once
def mail_test(request):
    """A test mail to whoever presses the button; the page says what becomes of it.

    A refusal is said on that page as well: an account without an address, a kind that is no test.
    """
    with refusal_told(request):
        send_sender_test(kind=request.POST.get("kind", ""), by=request.user)
    return redirect("crm:mail-settings")


@require_safe
@needs("settings.edit")
def mail_test_results(request):
    """Fragment: what became of the test mails, asked for while one is on its way."""
    return render(request, "crm/setup/_tests.html", _tests(request.user))
