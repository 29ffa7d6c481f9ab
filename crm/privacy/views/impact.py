"""The impact assessment: the version in force, earlier ones, and the form of the next."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.forms import posted, refusal_on, status_of
from crm.privacy import actions, impact
from crm.privacy.forms import AssessmentForm
from crm.privacy.models import Assessment
from crm.receipts.views import once


@require_GET
@needs("privacy.keep")
def impact_assessment(request):
    """What the library wrote last, and what the portal says of itself.

    Before the first version there is none to show, and the tables are.
    """
    return render(request, "crm/privacy/impact.html", page_of(Assessment.objects.current()))


@require_GET
@needs("privacy.keep")
def impact_version(request, number):
    """One version, as it was written."""
    assessment = get_object_or_404(Assessment, number=number)
    return render(request, "crm/privacy/impact.html", page_of(assessment))


def page_of(assessment: Assessment | None) -> dict:
    """What the page shows of one version; of none before the first."""
    versions = list(Assessment.objects.select_related("written_by"))
    told = {}
    if assessment is not None:
        told = {
            "lead": impact.looked_through(assessment),
            "written": impact.in_words(assessment),
            # The newest one stands first.
            "is_earlier": assessment != versions[0],
        }
    return told | {
        "assessment": assessment,
        "versions": versions,
        "need_heads": impact.need_heads(),
        "needs": impact.needs(),
        "risk_heads": impact.risk_heads(),
        "risks": impact.risks(),
    }


@needs("privacy.keep")
@once
def impact_write(request):
    """Write the next version; the form begins with the last one, the first with a draft.

    Every version stays; nothing that was written is changed.
    """
    current = Assessment.objects.current()
    form = AssessmentForm(posted(request), initial=impact.draft(current))
    if form.is_valid() and _written(form, request.user):
        messages.success(request, _("Kept as a new version."))
        return redirect("crm:privacy-impact")

    context = {"form": form, "current": current}
    return render(request, "crm/privacy/impact_write.html", context, status=status_of(form))


def _written(form: AssessmentForm, by) -> bool:
    """False with the reason on the form."""
    said = dict(form.cleaned_data)
    with refusal_on(form):
        actions.write_assessment(after=said.pop("after"), said=said, by=by)
    return not form.errors
