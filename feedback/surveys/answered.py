"""Which surveys a reader has answered, told to nobody but themselves."""

from collections.abc import Iterable

from core.columns import keys_of
from crm.readers.models import Reader
from feedback.surveys.intake import keyed
from feedback.surveys.models import Participation, Response, Survey


def answered_by(user, surveys: Iterable[Survey]) -> set[int]:
    """Keys of those among ``surveys`` that the reader has answered to whom this account belongs, by
    name or anonymously; none for anybody who is not signed in.
    """
    if not user.is_authenticated:
        return set()
    reader = Reader.objects.filter(user=user).values_list("pk", flat=True).first()
    if reader is None:
        return set()

    keys = keys_of(surveys)
    by_name = Response.objects.filter(reader=reader, survey__in=keys)
    # As ``intake.took_part`` asks it for one.
    digests = [keyed(key, f"reader {reader}") for key in keys]
    unnamed = Participation.objects.filter(survey__in=keys, digest__in=digests)
    return {*by_name.values_list("survey", flat=True), *unnamed.values_list("survey", flat=True)}
