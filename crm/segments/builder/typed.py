"""What somebody typed as the value of a trait, read as the comparison wants it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def no_value(_typed: str) -> str:
    """A comparison without a value drops what an earlier one has left in the field."""
    return ""


def typed_text(typed: str) -> str:
    """What was typed; ValidationError where it is empty."""
    if not typed:
        raise forms.ValidationError(_("Which value?"))
    return typed


def typed_list(typed: str) -> list[str]:
    """Texts with commas between, Chinese ones too; ValidationError where there is none. Empty ones
    between two commas are left out.
    """
    # The Chinese comma is what a Chinese keyboard writes.
    between_commas = typed.replace("，", ",").split(",")
    values = list(filter(None, map(str.strip, between_commas)))
    if not values:
        raise forms.ValidationError(_("Which value?"))
    return values


def typed_number(typed: str) -> int | float:
    """A number as the person's language writes it, whole where it has no fraction; ValidationError
    for nothing and for anything else.
    """
    number = forms.FloatField().clean(typed_text(typed))
    # 4 stays 4: as 4.0 the rule would seem changed, and be a new version, each time it is saved.
    if number.is_integer():
        return int(number)
    return number


TYPED_VALUES: dict[str, Callable[[str], Any]] = {
    "eq": typed_text,
    "in": typed_list,
    "ge": typed_number,
    "le": typed_number,
    "exists": no_value,
}
