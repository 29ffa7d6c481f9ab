"""Sentences of the results: why a figure says less than it could."""

from django.utils.translation import gettext as _

from feedback.surveys.figures import QuestionFigure


def why_coarse(figure: QuestionFigure | None) -> str:
    """Beside hidden cells, in one sentence: what of the mean is not told. ``figure`` is None where
    it is not told at all.
    """
    if figure is None:
        return _("the mean is not told: beside it the hidden numbers could be worked out")
    if figure.found.interval is None:
        return _(
            "the mean is rounded and stands without its interval: with both the hidden numbers"
            " could be worked out"
        )
    return _(
        "the mean and its interval are rounded: with more digits the hidden numbers could be worked"
        " out"
    )
