"""Figures, periods and surveys as JSON: what inputs and results have in common."""

from datetime import datetime

from analytics.loop.inputs.shapes import Period, SurveyFigures
from analytics.loop.measures import Figure, Measure
from core.disclosure import Count

#: 0.1 had one level and did not write it.
UNNAMED_LEVEL = 0.90


def count_to_json(count: Count) -> int | None:
    """What everybody may be told of a number of persons, null where it is withheld: evaluations are
    served as stored.
    """
    return count.public_number


def count_from_json(stored: int | None) -> Count:
    """Null is withheld, in everything that 0.1 and later versions wrote."""
    return Count.kept(stored)


def optional_count_to_json(count: Count | None) -> int | None:
    """As ``count_to_json``; null where there is nobody to count, too: what stands beside it tells
    the two apart.
    """
    if count is None:
        return None
    return count_to_json(count)


def figure_to_json(figure: Figure) -> dict:
    """Value, ends of the interval and n, null where they are not told.

    What a figure is of follows from where it stands, so it is not stored.
    """
    stored = {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}
    # Left out where 0.1 would have had it, so that its evaluations recompute to what they were.
    if figure.says and figure.level != UNNAMED_LEVEL:
        stored["level"] = figure.level
    return stored


def level_from_json(stored: dict) -> float | None:
    """The level of the interval, 0.90 where 0.1 named none; None of a figure that says nothing."""
    if stored["value"] is None:
        return None
    return stored.get("level", UNNAMED_LEVEL)


def figure_from_json(stored: dict, measure: Measure) -> Figure:
    """A figure with its interval, n and measure, out of an evaluation's row. KeyError where one of
    them is missing.
    """
    return Figure(
        value=stored["value"],
        low=stored["low"],
        high=stored["high"],
        n=stored["n"],
        measure=measure,
        level=level_from_json(stored),
    )


def period_to_json(period: Period) -> dict:
    """Both ends in ISO 8601; None for an end that is open."""
    end = None
    if period.end is not None:
        end = period.end.isoformat()
    return {"start": period.start.isoformat(), "end": end}


def period_from_json(stored: dict) -> Period:
    """The period as it was stored; KeyError where an end is missing."""
    end = None
    if stored["end"] is not None:
        end = datetime.fromisoformat(stored["end"])
    return Period(datetime.fromisoformat(stored["start"]), end)


def survey_to_json(survey: SurveyFigures) -> dict:
    """Key, title, answers and means of one survey; a figure it does not ask for has no key."""
    stored = {"survey": survey.survey, "title": survey.title, "n": count_to_json(survey.answers)}
    if survey.satisfaction is not None:
        stored["satisfaction"] = figure_to_json(survey.satisfaction)
    if survey.nps is not None:
        stored["nps"] = figure_to_json(survey.nps)
    return stored


def survey_from_json(stored: dict) -> SurveyFigures:
    """What a survey said when it was evaluated, out of the frozen inputs."""
    return SurveyFigures(
        survey=stored["survey"],
        title=stored["title"],
        answers=count_from_json(stored["n"]),
        satisfaction=_asked(stored, Measure.SATISFACTION),
        nps=_asked(stored, Measure.NPS),
    )


def _asked(stored: dict, measure: Measure) -> Figure | None:
    """None where the survey does not ask for it."""
    if measure not in stored:
        return None
    return figure_from_json(stored[measure], measure)
