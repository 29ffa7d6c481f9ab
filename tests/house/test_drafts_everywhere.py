"""What somebody types is never lost: each form in which sentences are written keeps a draft.

The pages are those of the permission matrix: a form that is added to one of them is tried here.
"""

import pytest
from django.urls import reverse

from tests.house.test_hostile_forms import PAGES, FormReader, FoundForm
from tests.house.test_permissions import MATRIX, client_of
from tests.house.typing import WITHOUT_DRAFT, give_the_reason
from tests.permissions import ROLES

pytestmark = pytest.mark.django_db
#: Characters: names are not longer, sentences are.
LONGEST_NAME = 120
STAFF = ROLES[1:]
#: The field for machines, which nobody sees.
TRAP = "website"


class SentenceReader(FormReader):
    """Collects the forms of a page that post and have room for sentences.

    ``drafts``: by the number of a form among all that post, the key of its draft, "" for none.
    ``told``: the numbers of those that say what became of the draft.
    """

    def __init__(self, page: str):
        super().__init__(page)
        self.drafts: dict[int, str] = {}
        self.told: set[int] = set()
        self.sentences: set[int] = set()

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        said = dict(attrs)
        if self.form is None:
            return
        if tag == "form":
            self.drafts[len(self.found)] = said.get("data-draft") or ""
        elif "data-draft-trouble" in said:
            self.told.add(len(self.found))

    def take(self, tag, said):
        super().take(tag, said)
        if has_room_for_sentences(tag, said):
            self.sentences.add(len(self.found))

    def form_of(self, number: int) -> FoundForm:
        return self.found[number - 1]


def has_room_for_sentences(tag: str, said: dict) -> bool:
    if tag == "textarea":
        return True
    if tag != "input" or said.get("type", "text") != "text" or said.get("name") == TRAP:
        return False
    return int(said.get("maxlength") or LONGEST_NAME + 1) > LONGEST_NAME


def visitors_of(access) -> set[str]:
    """Of all who may open a page those with the fewest rights and with the most."""
    allowed = [visitor for visitor in ("anonymous", *ROLES) if access.allows(visitor)]
    return {allowed[0], allowed[-1]}


def readers(world, name: str) -> list[SentenceReader]:
    """The forms of a page as those see them who may open it."""
    access = MATRIX[name]
    url = reverse(name, kwargs=access.arguments(world))
    return [read(world, url, visitor) for visitor in visitors_of(access)]


def read(world, url: str, visitor: str) -> SentenceReader:
    client = client_of(world, visitor)
    if visitor in STAFF:
        give_the_reason(client, world)
    page = client.get(url)
    reader = SentenceReader(url)
    if page.status_code == 200 and not page.streaming:
        reader.feed(page.content.decode(errors="replace"))
    return reader


def without_draft(reader: SentenceReader) -> list[FoundForm]:
    numbers = [number for number in reader.sentences if not reader.drafts[number]]
    return [reader.form_of(number) for number in numbers]


@pytest.mark.parametrize("name", PAGES)
def test_form_for_sentences_keeps_a_draft_of_its_own_and_says_so(name, world):
    for reader in readers(world, name):
        keys = {number: key for number, key in reader.drafts.items() if key}
        assert name in WITHOUT_DRAFT or without_draft(reader) == []
        # The script writes into the lines of <c-draft />.
        assert set(keys) <= reader.told
        assert len(set(keys.values())) == len(keys)


@pytest.mark.parametrize("name", sorted(WITHOUT_DRAFT))
def test_every_exception_is_a_page_with_a_form_without_a_draft(name, world):
    assert any(without_draft(reader) for reader in readers(world, name))
