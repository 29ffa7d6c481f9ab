"""The page on which the library chooses how it mails."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from campaigns.limits.actions import set_rules
from campaigns.limits.forms import MailRulesForm
from campaigns.limits.queries import rules_in_force
from core.access import needs
from core.forms import posted, refusal_on, status_of


@needs("settings.edit")
def mail_rules(request):
    """How often, when, and up to which limits; a refusal is said in the form, which keeps what was
    typed.
    """
    rules = rules_in_force()
    form = MailRulesForm(posted(request), rules=rules)
    if form.is_valid():
        with refusal_on(form):
            set_rules(by=request.user, **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Kept. It holds from the next mail on."))
            return redirect("campaigns:mail-rules")

    context = {"form": form, "rules": rules}
    return render(request, "campaigns/limits/mail_rules.html", context, status=status_of(form))
