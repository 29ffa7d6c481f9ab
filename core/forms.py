"""What every form that is typed into by hand shares.

Texts that can be read, days that can be, and how its page says what was refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.utils.datastructures import MultiValueDict

from core.characters import is_blank
from core.days import PlausibleDay
from core.refusals import Refused


def status_of(form) -> int:
    """Of a page with a form: 400 when it says what is wrong with what was sent."""
    if form.errors:
        return 400
    return 200


@contextmanager
def refusal_on(form, field: str | None = None) -> Iterator[None]:
    """Say on the form why the verb inside refused; what stands behind it is left out then.

    What was typed stays; ``form.errors`` is empty where nothing was refused.
    """
    try:
        yield
    except Refused as refusal:
        form.add_error(field, str(refusal))


def without_blanks(data):
    """What was posted, with every value of invisible characters as if it were left empty."""
    if data is None:
        return None
    if not isinstance(data, MultiValueDict):
        return {name: _legible(value) for name, value in data.items()}
    legible = data.copy()
    for name, values in data.lists():
        legible.setlist(name, [_legible(value) for value in values])
    return legible


def _legible(value):
    """A text, or nothing in place of one that leaves no mark; other values as they are."""
    if isinstance(value, str) and is_blank(value):
        return ""
    return value


class Legible:
    """Mixed into a form, so that its required texts are required to be read.

    Its days and moments must be plausible, too.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(without_blanks(data), *args, **kwargs)
        for field in self.fields.values():
            # The fields of one form are copies: the class keeps its validators.
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(PlausibleDay())


class Form(Legible, forms.Form):
    """Django's own, legible."""


class ModelForm(Legible, forms.ModelForm):
    """Django's own, legible."""
