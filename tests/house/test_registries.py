"""What every room registers about itself is complete."""

from collections.abc import Iterable

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import override

from core import kinds, terms
from core.holds import address_holds, registered
from crm.readers.models import Reader
from tests.factories import ReaderFactory


def columns_that_point_at_readers() -> set[tuple[str, str]]:
    """Foreign keys, and lists of keys, which no foreign key can say."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            is_key = field.remote_field and field.remote_field.model is Reader
            is_list_of_keys = isinstance(field, ArrayField) and "reader" in field.name
            if is_key or is_list_of_keys:
                found.add((model._meta.label, field.name))
    return found


def test_every_column_that_points_at_a_reader_is_registered_by_its_room():
    held = [(hold.model, hold.field) for hold in registered()]
    assert len(held) == len(set(held))
    direct = {(hold.model, hold.field) for hold in registered() if hold.is_direct}
    assert direct == columns_that_point_at_readers()


EVERY_HOLD = pytest.mark.parametrize(
    "hold", registered(), ids=lambda hold: f"{hold.model}.{hold.field}"
)


@EVERY_HOLD
def test_every_hold_says_how_it_is_shown_and_why_it_is_kept(hold):
    said = [hold.title, hold.purpose, hold.basis, *(column.label for column in hold.shown)]
    with override("en"):
        english = [str(text) for text in said]
    with override("zh-hans"):
        chinese = [str(text) for text in said]

    assert hold.shown
    assert [text for text in english if not text] == []
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


@pytest.mark.django_db
@EVERY_HOLD
def test_every_hold_shows_columns_that_its_rows_have(hold):
    paths = [column.path for column in hold.shown]
    assert list(hold.rows(ReaderFactory()).values(*paths)) == []


@EVERY_HOLD
def test_every_text_of_a_hold_is_shown_or_said_to_be_ours(hold):
    """A column added to a room's model is shown to the person, or listed here as none of theirs."""
    shown = {column.path.split("__")[0] for column in hold.shown}
    written = {field.name for field in hold.model_class()._meta.local_fields}
    left = written - shown - {hold.field.split("__")[0]} - OURS.get(hold.model, set()) - KEYS
    assert left == set()


#: Columns that lead to other rows or say how a row came to be, in every model.
KEYS = {"id", "pk", "campaign", "by", "batch"}
#: By model, what is no word about the person: keys of the machinery, marks of work in hand.
OURS = {
    "crm.ConsentEvent": {"erased"},
    "crm.Activity": {"ref"},
    "crm.Look": {"user", "reader", "readers", "n", "reason"},
    "crm.SegmentPin": {"at", "until"},
    "crm.Correction": {"decided_at", "decided_by"},
    "crm.NewAddress": {"tries"},
    "campaigns.Delivery": {
        "segment_ids",
        "due_at",
        "lease_until",
        "claimed_by",
        "attempts",
        "reason",
    },
    "campaigns.Click": {"ref"},
    "crm.Letter": {
        "kind",
        "purpose",
        "once",
        "about",
        "language",
        "html",
        "sender",
        "headers",
        "state",
        "attempts",
        "due_at",
        "expires_at",
        "claimed_by",
        "lease_until",
        "reason",
        "queued_at",
    },
    "feedback.Voice": {
        "client_id",
        "secret",
        "category",
        "campus",
        "assigned_to",
        "shown",
        "provenance",
        "answered_at",
        "closed_at",
        "suspected",
    },
    "feedback.VoiceMessage": {"from_reader", "internal", "mailed_at", "letter"},
    "feedback.Submission": {
        "client_id",
        "published_at",
        "published_by",
        "thanked_at",
        "thanks_mailed_at",
        "letter",
        "held_at",
        "suspected",
        "created_at",
        "updated_at",
    },
    "feedback.Review": {"reviewer", "at"},
    "feedback.Response": {
        "version",
        "delivery",
        "channel",
        "segment_ids",
        "language",
        "digest",
        "flagged",
    },
}


@pytest.mark.parametrize(
    "hold",
    [hold for hold in registered() if hold.is_direct],
    ids=lambda hold: f"{hold.model}.{hold.field}",
)
def test_only_columns_that_may_be_empty_are_detached(hold):
    field = hold.model_class()._meta.get_field(hold.field)
    assert hold.erase not in ("detach", "token") or field.null


def test_kinds_of_file_and_their_fields_have_codes_of_their_own():
    assert all_differ(kind.code for kind in kinds.registered())
    for kind in kinds.registered():
        assert all_differ(field.code for field in kind.fields)
        # One word in the headers of two fields would make the guess a matter of their order.
        words = []
        for field in kind.fields:
            words += field.headers.split()
        assert all_differ(words)


def all_differ(names: Iterable[str]) -> bool:
    """No name twice, and at least one."""
    found = list(names)
    return len(found) == len(set(found)) > 0


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_names_only_columns_that_its_model_has(kind):
    fields = kind.model_class()._meta.local_fields
    names = {field.name for field in fields}
    columns = {field.column for field in fields}

    assert {field.writes for field in kind.fields} - names == set()
    assert {written.column for written in kind.written} - columns == set()


@pytest.mark.parametrize("kind", kinds.registered(), ids=lambda kind: kind.code)
def test_kind_of_file_and_its_fields_have_labels_in_both_languages(kind):
    labels = [kind.label, *(field.label for field in kind.fields)]
    with override("en"):
        english = [str(label) for label in labels]
    with override("zh-hans"):
        chinese = [str(label) for label in labels]

    assert [text for text in [*english, *chinese] if not text] == []
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


# --- how long it is kept --------------------------------------------------------------------------
def models_with_something_of_people() -> set[str]:
    """Every model with a hold, with addresses, with a history, with a file, and the trail."""
    found = {hold.model for hold in [*registered(), *address_holds()]}
    for model in apps.get_models():
        fields = model._meta.local_fields
        is_history = issubclass(model, pghistory.models.Event)
        has_file = any(isinstance(field, models.FileField) for field in fields)
        if is_history or has_file:
            found.add(model._meta.label)
    return found | {"crm.Reader", "crm.AuditEvent", "crm.ImportRefusal", "crm.KeptForm"}


def test_every_kind_of_data_has_a_term_or_says_how_long_else_it_is_kept():
    said = set()
    for one in [*terms.registered(), *terms.kept_while()]:
        said |= set(one.models)
    assert models_with_something_of_people() - said == set()
    assert {label for label in said if apps.get_model(label) is None} == set()


def test_terms_have_codes_of_their_own_bounds_and_words_in_both_languages():
    assert all_differ(term.code for term in terms.registered())
    words = []
    for term in terms.registered():
        assert 1 <= term.least <= term.default <= term.most
        words += [term.title, term.becomes]
    words += [one.reason for one in terms.kept_while()]
    with override("en"):
        english = [str(text) for text in words]
    with override("zh-hans"):
        chinese = [str(text) for text in words]
    assert [pair for pair in zip(english, chinese, strict=True) if pair[0] == pair[1]] == []


def test_audit_is_kept_for_180_days_at_least():
    assert terms.term("audit").least == 180
