"""What every form that is typed into by hand shares.

Texts that can be read, days that can be, and how its page says what was refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from core.addresses import LONGEST, BadAddress, typed_address
from core.characters import is_blank
from core.days import PlausibleDay
from core.refusals import Conflict, Overtaken, Refused

#: The hidden field with the id that a page was given when it was shown: sent twice under it, a form
#: is kept once.
CLIENT_ID = "client_id"
#: Stands among what was posted where another text was kept under its id (``mark_conflict``), and is
#: the code of the error that says so.
CONFLICT = "conflict"
#: The hidden field with how much of a conversation its page shows.
READ_TO = "read_to"


class AddressField(forms.CharField):
    """An e-mail address, checked as everywhere (``core.addresses``); kept tidy, else as typed."""

    widget = forms.EmailInput

    def __init__(self, *, max_length: int = LONGEST, **kwargs):
        """``max_length``: characters, no more than the longest address unless said otherwise."""
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value) -> str:
        """The address in its normal form, "" for none; an error names what is wrong.

        Tidied and otherwise as typed (``core.addresses.typed_address``). ValidationError for what
        is no address, and for an empty field that is required.
        """
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return typed_address(typed)
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error


def posted(request) -> QueryDict | None:
    """What a form of this page is filled with: what was sent, None where it is only looked at.

    A form that is filled with None is never valid. An empty POST counts as none. Files are given to
    the form beside it, by the view.
    """
    return request.POST or None


def status_of(form) -> int:
    """Of a page with a form: 409 when something else was kept under its id or somebody was faster,
    400 when it says what is wrong with what was sent.
    """
    if form.has_error(NON_FIELD_ERRORS, CONFLICT):
        return 409
    if form.errors:
        return 400
    return 200


def mark_conflict(request) -> None:
    """Have every form made of this POST refuse it: another text was kept under its id."""
    request.POST = request.POST.copy()
    request.POST[CONFLICT] = "1"


def client_id_for(request) -> str:
    """The id a page carries: a new one, or that of what was sent and refused.

    After a conflict a new one, so that what was typed can be sent as something of its own. A form
    that is drawn without a request has a new one, too. A UUID as text. What was sent is given back
    unread: whether it is one is for ``crm.receipts``.
    """
    sent = {}
    if request is not None:
        sent = request.POST
    if sent.get(CLIENT_ID) and CONFLICT not in sent:
        return sent[CLIENT_ID]
    return str(uuid4())


def refuse_conflict(form) -> None:
    """Say on the form that another text was kept; what was typed stays, under a new id."""
    said = _(
        "Something else was sent from this page before, and that was kept. What stands here was"
        " not. Send it again to have it kept as well."
    )
    form.add_error(None, forms.ValidationError(said, code=CONFLICT))
    form.data = form.data.copy()
    form.data[CLIENT_ID] = str(uuid4())


@contextmanager
def refusal_on(form, field: str | None = None) -> Iterator[None]:
    """Say on the form why the verb inside refused; what stands behind it is left out then.

    What was typed stays; ``form.errors`` is empty where nothing was refused.
    """
    try:
        yield
    except Conflict:
        refuse_conflict(form)
    except Overtaken as refusal:
        form.add_error(field, forms.ValidationError(str(refusal), code=CONFLICT))
    except Refused as refusal:
        form.add_error(field, str(refusal))


@contextmanager
def refusal_told(request) -> Iterator[None]:
    """Say on the page that follows why the verb inside refused; what stands behind it is left out
    then. For what is pressed without a form.
    """
    try:
        yield
    except Refused as refusal:
        messages.error(request, str(refusal))


def without_blanks(data):
    """What was posted, with every value of invisible characters as if it were left empty.

    None stays None. A QueryDict is copied and keeps every value of a name; of any other mapping a
    plain dict is made. What is given is not changed.
    """
    if data is None:
        return None
    if not isinstance(data, MultiValueDict):
        return {name: _legible(value) for name, value in data.items()}
    legible = data.copy()
    for name, values in data.lists():
        legible.setlist(name, list(map(_legible, values)))
    return legible


def _legible(value):
    """A text, or nothing in place of one that leaves no mark; other values as they are."""
    if isinstance(value, str) and is_blank(value):
        return ""
    return value


def say_that_nothing_is_chosen(field) -> None:
    """Where a list may be left alone it says so, and where it may not it asks for a choice; Django
    draws a row of dashes.
    """
    dashes = BLANK_CHOICE_DASH[0][1]
    said = _("Please choose") if field.required else _("Nothing chosen")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == dashes:
            field.empty_label = said
    elif isinstance(field, forms.ChoiceField):
        choices = list(field.choices)
        if choices[:1] == BLANK_CHOICE_DASH:
            field.choices = [("", said), *choices[1:]]


class Legible:
    """Mixed into a form, so that its required texts are required to be read.

    Its days and moments must be plausible, too, and its lists speak where nothing is chosen.
    """

    def __init__(self, data=None, *args, **kwargs):
        """In ``data`` a value of invisible characters alone counts as left empty."""
        super().__init__(without_blanks(data), *args, **kwargs)
        for field in self.fields.values():
            # The fields of one form are copies: the class keeps its validators.
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators.append(PlausibleDay())
            say_that_nothing_is_chosen(field)

    def full_clean(self):
        """Adds that somebody else saved meanwhile, where the view found that.

        The view puts ``CONFLICT`` into the data; then an error of the whole form is added, for
        which ``status_of`` answers 409.
        """
        super().full_clean()
        if self.is_bound and CONFLICT in self.data:
            refuse_conflict(self)


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs=None):
        """Values are written as the picker reads them."""
        # The one form browsers read a value in; a localised one would leave the field empty.
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class DayInput(forms.DateInput):
    """The browser's own calendar, which wants ISO in every language, and is empty for all else."""

    input_type = "date"

    def __init__(self, attrs=None):
        """Values are written in ISO."""
        super().__init__(attrs, format="%Y-%m-%d")


class Form(Legible, forms.Form):
    """Django's own, legible."""


class ModelForm(Legible, forms.ModelForm):
    """Django's own, legible."""
