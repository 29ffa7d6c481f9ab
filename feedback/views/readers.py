"""What one reader said, answered and made, for their page on the desk."""

from django.shortcuts import get_object_or_404, render

from crm.access import needs
from crm.models import Reader
from feedback.models import Response, Submission, Voice

SHOWN = 20


@needs("readers.view")
def reader_panel(request, pk):
    """Fragment for the person page: that they answered (never what, never anonymous surveys), voices and works."""
    reader = get_object_or_404(Reader.objects.visible_to(request.user), pk=pk)
    responses = Response.objects.filter(reader=reader, survey__anonymous=False).select_related("survey")
    # A work still being judged would tell its reviewers who wrote it.
    unseen = [Submission.State.DRAFT, Submission.State.SUBMITTED]
    works = Submission.objects.visible_to(request.user).filter(author=reader).exclude(state__in=unseen)
    context = {
        "responses": responses.order_by("-submitted_at")[:SHOWN],
        "voices": Voice.objects.visible_to(request.user).filter(reader=reader).order_by("-received_at")[:SHOWN],
        "works": works.order_by("-submitted_at", "-pk")[:SHOWN],
    }
    return render(request, "feedback/_reader_panel.html", context)
