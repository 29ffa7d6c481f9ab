"""A form that came after its session had ended is kept with its writer's account: no form may be
kept that somebody was promised to send without a name.
"""

import pytest
from django.urls import Resolver404, get_resolver, resolve, reverse

from crm.accounts import kept
from feedback.surveys.views import public

#: Where somebody answers, proves who they are, or speaks for a program.
NEVER = ("/s/asked/", "/accounts/login/", "/admin/login/", "/api/v1/", "/api/v1/readers/")


@pytest.mark.parametrize("path", NEVER)
def test_forms_of_doors_programs_and_surveys_are_never_kept(path):
    assert not kept.may_be_kept(path, [["i5", "words"]])
    assert not kept.may_be_kept(f"{path}?k=1", [["i5", "words"]])


def test_other_forms_are():
    assert kept.may_be_kept("/say/", [["text", "words"]])


def test_every_address_that_takes_an_answer_is_one_of_them():
    """Under whatever name the page of a survey is found."""
    addresses = []
    for pattern in get_resolver("feedback.surveys.urls").url_patterns:
        if pattern.callback is public.survey_answer:
            addresses.append(reverse(f"feedback:{pattern.name}", args=["asked"]))
    assert addresses == ["/s/asked/"]
    for address in addresses:
        assert resolve(address).func is public.survey_answer
        assert address.startswith(kept.NEVER_KEPT)
    with pytest.raises(Resolver404):
        resolve("//s/asked/")
