"""How long it is kept who was drawn into which arm."""

from django.utils.translation import gettext_lazy as _

from campaigns.experiments.models import Assignment
from core.terms import Over, Term, emptying


def with_reader(over: Over):
    """Places that were drawn long ago, in campaigns whose evaluation is frozen."""
    old = Assignment.objects.filter(at__lt=over.before, reader__isnull=False)
    # Not frozen yet, these evaluations still ask who was in which arm.
    for start, end in over.kept:
        old = old.exclude(at__gte=start, at__lt=end)
    return old


TERMS = [
    Term(
        code="assignments",
        title=_("Who was drawn into which arm of a campaign"),
        models=("campaigns.Assignment",),
        becomes=_("the person is taken out; how many were drawn stays as a number"),
        default=730,
        least=180,
        most=3650,
        **emptying(with_reader, reader=None),
    ),
]
