"""What forms take for a text and for a day."""

import sys
import unicodedata
from datetime import date
from importlib import import_module

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import translation

from core.characters import ALWAYS_READ, NO_MARK, is_blank
from core.days import PlausibleDay, nearest_plausible
from core.forms import Form, Legible, refusal_on, refusal_told, status_of
from core.refusals import Refused
from crm.staff.models import Campus
from tests.core.building import BLANK

#: Forms of installed packages, and those that tests make.
MAKERS = (
    "django",
    "allauth",
    "tests",
    "rest_framework",
    "django_filters",
    "pghistory",
    "pgtrigger",
)


class Letter(Form):
    text = forms.CharField()
    note = forms.CharField(required=False)
    names = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    day = forms.DateField(required=False)
    at = forms.DateTimeField(required=False)


def posted(**values) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize("blank", BLANK)
def test_text_without_a_mark_is_blank_and_counts_as_left_empty(blank):
    assert is_blank(blank)
    for data in (posted(text=blank, note=blank), {"text": blank, "note": blank}):
        form = Letter(data)
        assert list(form.errors) == ["text"]
        assert form.cleaned_data["note"] == ""


@pytest.mark.slow
def test_every_code_point_by_its_category():
    """Fault 26. A mark is left by letters, digits, punctuation and signs, and by nothing else."""
    for place in range(sys.maxunicode + 1):
        character = chr(place)
        category = unicodedata.category(character)
        leaves_a_mark = category[0] in "LNPS" and character not in NO_MARK
        if category == "Cn":
            leaves_a_mark = any(place in span for span in ALWAYS_READ)
        assert is_blank(character) != leaves_a_mark, f"U+{place:04X}"


@pytest.mark.parametrize(
    ("character", "is_read"),
    [
        # Unicode 15: an ideograph of a surname, a picture on phones.
        ("\U00031350", True),
        ("\U0001fae8", True),
        # The last places of a plane, and of no plane that letters stand in.
        ("\U0002ffff", False),
        ("\U000e1000", False),
        ("\u0378", False),
    ],
)
def test_names_and_pictures_of_a_newer_unicode_are_read(character, is_read):
    assert is_blank(character) != is_read


def all_below(form: type) -> set[type]:
    """Every subclass of ``form``, their subclasses too."""
    found = set(form.__subclasses__())
    for inner in form.__subclasses__():
        found |= all_below(inner)
    return found


def test_every_form_of_ours_takes_what_cannot_be_read_for_nothing():
    import_module(settings.ROOT_URLCONF)
    ours = {form for form in all_below(forms.BaseForm) if not form.__module__.startswith(MAKERS)}
    assert len(ours) > 30
    # Passwords and codes of the sign-in are no texts, and nobody reads them.
    texts = {form for form in ours if not is_of_the_sign_in(form)}
    assert [form for form in texts if not issubclass(form, Legible)] == []


def is_of_the_sign_in(form: type) -> bool:
    return any(base.__module__.startswith("allauth.") for base in form.__mro__)


@pytest.mark.parametrize(
    "text", ["a", "。", "读", "\u200ba\u3164", "👩\u200d👧", "0", "e\u0301", "\u0928\u093f"]
)
def test_text_with_a_mark_is_kept_as_typed(text):
    assert not is_blank(text)
    form = Letter(posted(text=text, names=["a", "b"]))
    assert form.is_valid()
    assert (form.cleaned_data["text"], form.cleaned_data["names"]) == (text, ["a", "b"])


def test_form_without_data_is_not_bound():
    assert not Letter().is_bound
    assert Letter(data={}).is_bound


@pytest.mark.parametrize(
    ("day", "is_taken"),
    [
        ("0001-01-01", False),
        ("1999-12-31", False),
        ("2000-01-01", True),
        ("2100-12-31", True),
        ("2101-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_days_and_moments_must_be_such_as_can_be_meant(day, is_taken):
    form = Letter(posted(text="x", day=day, at=f"{day} 23:59"))
    assert form.is_valid() == is_taken
    assert set(form.errors) == (set() if is_taken else {"day", "at"})


def test_earliest_day_can_be_another():
    PlausibleDay(first=date(1900, 1, 1))(date(1900, 1, 1))
    with pytest.raises(ValidationError):
        PlausibleDay(first=date(1900, 1, 1))(date(1899, 12, 31))


def test_nearest_plausible_day():
    assert nearest_plausible(date.min) == date(2000, 1, 1)
    assert nearest_plausible(date(2026, 3, 1)) == date(2026, 3, 1)
    assert nearest_plausible(date.max) == date(2100, 12, 31)


# --- what a page says of its form -----------------------------------------------------------------
def test_refusal_of_a_verb_stands_on_the_form_with_what_was_typed():
    form = Letter(posted(text="Light"))
    assert (form.is_valid(), status_of(form)) == (True, 200)

    with refusal_on(form, "text"):
        raise Refused("Not now.")

    assert form.errors == {"text": ["Not now."]}
    assert (form["text"].value(), status_of(form)) == ("Light", 400)


def test_verb_that_is_done_leaves_the_form_without_a_word():
    form = Letter(posted(text="Light"))
    with refusal_on(form):
        assert form.is_valid()
    assert (form.errors, status_of(form)) == ({}, 200)


def test_what_is_no_refusal_is_not_hidden_in_a_form():
    form = Letter(posted(text="Light"))
    with pytest.raises(ValueError, match="broken"), refusal_on(form):
        raise ValueError("broken")


def test_refusal_of_what_was_pressed_is_a_message_of_the_next_page(rf):
    request = rf.post("/")
    request._messages = CookieStorage(request)
    with refusal_told(request):
        raise Refused("Not now.")
    with refusal_told(request):
        assert request.method == "POST"
    (said,) = request._messages
    assert (said.message, said.level_tag) == ("Not now.", "error")
    with pytest.raises(ValueError, match="broken"), refusal_told(request):
        raise ValueError("broken")


def test_list_that_may_be_left_alone_says_so_in_words(db):
    """In 0.1 it was drawn as a row of dashes."""

    class VisitForm(forms.Form):
        campus = forms.ModelChoiceField(Campus.objects.all(), required=False)
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "A")], required=False)
        own = forms.ChoiceField(choices=[("", "any kind"), ("a", "A")], required=False)

    class LegibleForm(Legible, VisitForm):
        pass

    with translation.override("en"):
        drawn = LegibleForm().as_p()
    assert drawn.count("Nothing chosen") == 2
    assert "any kind" in drawn
    assert "---" not in drawn


def test_list_that_may_not_be_left_alone_asks_for_a_choice(db):
    """In 0.1 it said that nothing is chosen, as one does that may be left alone."""

    class VisitForm(Legible, forms.Form):
        campus = forms.ModelChoiceField(Campus.objects.all())
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "A")])

    with translation.override("en"):
        drawn = VisitForm().as_p()
    assert drawn.count("Please choose") == 2
    assert "Nothing chosen" not in drawn
