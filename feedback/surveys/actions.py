"""Verbs on surveys.

Write them, publish them, open and close them, and take answers in from elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.staff import audit
from crm.staff.models import User
from feedback.surveys import answering, definitions, projection
from feedback.surveys.models import (
    AnswerText,
    Item,
    Option,
    Response,
    ResponseVector,
    Survey,
    SurveyVersion,
)
from feedback.surveys.relationship import TEMPLATES

State = Survey.State


class NotPossible(Exception):
    """The step does not fit the survey's state; the message says why."""


@transaction.atomic
def create_survey(*, slug: str, title: dict, by: User, template: str = "", **fields) -> Survey:
    """A draft, empty or filled from one of feedback.relationship.TEMPLATES (then with its intro and
    thanks).
    """
    content = TEMPLATES.get(template, {"items": []})
    texts = {name: content[name] for name in ("intro", "thanks") if name in content}
    survey = Survey.objects.create(slug=slug, title=title, created_by=by, **(texts | fields))
    for item in content["items"]:
        add_item(survey=survey, by=by, **item)
    audit.record(action="survey.create", by=by, on=survey, template=template)
    return survey


@transaction.atomic
def duplicate(*, survey: Survey, slug: str, by: User) -> Survey:
    """A new draft with the same questions, ordinals, codes and keys.

    So that years can be compared.
    """
    names = ("title", "intro", "thanks", "anonymous", "by_invitation", "audience", "campaign")
    copy = Survey.objects.create(
        slug=slug, created_by=by, **{name: getattr(survey, name) for name in names}
    )
    for item in survey.items.filter(retired_at__isnull=True).prefetch_related("options"):
        options = [option for option in item.options.all() if option.retired_at is None]
        item.pk, item.survey = None, copy
        item._state.adding = True
        item.save()
        Option.objects.bulk_create(
            Option(item=item, code=option.code, position=option.position, text=option.text)
            for option in options
        )
    audit.record(action="survey.duplicate", by=by, on=copy, source=survey.pk)
    return copy


@transaction.atomic
def add_item(*, survey: Survey, by: User, options: Iterable[dict] = (), **fields) -> Item:
    """A question at the end, with the next ordinal never used.

    ``options`` are texts {"zh-hans": …, "en": …}.
    """
    Survey.objects.select_for_update().get(pk=survey.pk)
    last = survey.items.aggregate(ordinal=Max("ordinal"), position=Max("position"))
    item = Item.objects.create(
        survey=survey,
        ordinal=(last["ordinal"] or 0) + 1,
        position=(last["position"] or 0) + 1,
        **fields,
    )
    write_options(item=item, rows=[{"text": text} for text in options])
    return item


@transaction.atomic
def change_item(*, item: Item, options: list[dict] | None = None, **fields) -> Item:
    """Change a question.

    Kind and scale of a published one stay: its answers would change their meaning.
    """
    frozen = {"kind", "scale_max"} if is_published(item) else set()
    for name, value in fields.items():
        if name in frozen and getattr(item, name) != value:
            raise NotPossible(
                _(
                    "This question was published: its kind and scale stay. Retire it and add a new one."
                )
            )
        setattr(item, name, value)
    item.save()
    if options is not None:
        write_options(item=item, rows=options)
    return item


def is_published(item: Item) -> bool:
    """True when readers have seen this question in some version."""
    return item.survey.versions.filter(
        definition__items__contains=[{"ordinal": item.ordinal}]
    ).exists()


@transaction.atomic
def write_options(*, item: Item, rows: list[dict]) -> None:
    """Rows {code or None, text, retired} in order.

    Known codes are changed, new rows get the next code never used.
    """
    known = {option.code: option for option in item.options.all()}
    highest = max(known, default=0)
    for position, row in enumerate(rows):
        option = known.get(row.get("code"))
        if option is None:
            highest += 1
            if highest > Item.MOST_OPTIONS:
                raise NotPossible(
                    _("A question can have %(n)s options at most, retired ones included.")
                    % {"n": Item.MOST_OPTIONS}
                )
            option = Option(item=item, code=highest)
        option.text, option.position = row["text"], position
        retired = row.get("retired", False)
        option.retired_at = (option.retired_at or timezone.now()) if retired else None
        option.save()


@transaction.atomic
def move_item(*, item: Item, up: bool) -> None:
    """Swap places with the neighbour above or below; nothing happens at the ends."""
    shown = list(
        Item.objects.select_for_update().filter(survey=item.survey, retired_at__isnull=True)
    )
    place = next(index for index, other in enumerate(shown) if other.pk == item.pk)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(shown):
        return
    shown[place], shown[target] = shown[target], shown[place]
    for position, other in enumerate(shown, start=1):
        other.position = position
    Item.objects.bulk_update(shown, ["position"])


@transaction.atomic
def retire_item(*, item: Item, retired: bool) -> None:
    """Take a question out of the next version, or back in; its ordinal and its answers stay."""
    item.retired_at = timezone.now() if retired else None
    item.save(update_fields=["retired_at"])


@transaction.atomic
def publish(*, survey: Survey, by: User) -> SurveyVersion:
    """Freeze the working copy as the next version and open a draft.

    Unchanged copies give the version there is.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    definition = definitions.draft(survey)
    if definitions.problems(definition):
        raise NotPossible(_("The survey is not complete yet."))
    last = survey.current_version()
    digest = definitions.sha256(definition)
    if last is not None and last.sha256 == digest:
        return last
    version = SurveyVersion.objects.create(
        survey=survey,
        number=last.number + 1 if last else 1,
        definition=definition,
        sha256=digest,
        structural=last is None
        or definitions.structure(last.definition) != definitions.structure(definition),
        published_by=by,
    )
    if survey.state == State.DRAFT:
        survey.state = State.OPEN
        survey.save(update_fields=["state"])
    audit.record(action="survey.publish", by=by, on=survey, number=version.number, sha256=digest)
    return version


@transaction.atomic
def set_open(*, survey: Survey, is_open: bool, by: User) -> None:
    """Close an open survey or open a closed one again; a draft is opened by publishing it."""
    before, after = (State.CLOSED, State.OPEN) if is_open else (State.OPEN, State.CLOSED)
    if not Survey.objects.filter(pk=survey.pk, state=before).update(state=after):
        raise NotPossible(_("The survey is not in a state for that."))
    audit.record(action="survey.open" if is_open else "survey.close", by=by, on=survey)


@transaction.atomic
def change_settings(*, survey: Survey, by: User, **fields) -> Survey:
    """Address, period and audience.

    What readers were promised (address, anonymity) stays once published.
    """
    fixed = {"slug", "anonymous"} if survey.versions.exists() else set()
    for name, value in fields.items():
        if name in fixed and getattr(survey, name) != value:
            raise NotPossible(
                _("Address and anonymity are promises to readers: once published they stay.")
            )
        setattr(survey, name, value)
    survey.save()
    audit.record(action="survey.settings", by=by, on=survey, changed=sorted(fields))
    return survey


class Row(TypedDict, total=False):
    """One answer for ``take_in``. ``answers`` is {ordinal as text: code | [codes] | text}."""

    answers: dict
    at: datetime
    reader_id: int | None
    delivery_id: int | None
    channel_id: int | None
    segment_ids: list[int]
    language: str


@transaction.atomic
def take_in(*, survey: Survey, rows: Iterable[Row]) -> int:
    """Bulk-store answers that came another way (paper forms, demo data).

    Returns how many. None for anonymous ones.
    """
    if survey.anonymous:
        raise NotPossible(
            _("Answers to an anonymous survey can only come from the readers themselves.")
        )
    version = survey.current_version()
    definition = definitions.read(version.definition)
    items = dict(survey.items.values_list("ordinal", "pk"))
    responses, vectors, texts = [], [], []
    for row in rows:
        answers = row["answers"]
        response = Response(
            id=uuid4(),
            survey=survey,
            version=version,
            reader_id=row.get("reader_id"),
            delivery_id=row.get("delivery_id"),
            channel_id=row.get("channel_id"),
            segment_ids=row.get("segment_ids") or [],
            language=row.get("language", "zh-hans"),
            answers=answers,
            digest=definitions.sha256(answers),
            submitted_at=row["at"],
        )
        codes, nums = answering.vectors(definition, answers)
        responses.append(response)
        vectors.append(ResponseVector(response=response, survey=survey, codes=codes, nums=nums))
        words = answering.texts(definition, answers)
        texts += [
            AnswerText(response=response, item_id=items[ordinal], text=text)
            for ordinal, text in words
        ]
    Response.objects.bulk_create(responses, batch_size=2000)
    ResponseVector.objects.bulk_create(vectors, batch_size=2000)
    AnswerText.objects.bulk_create(texts, batch_size=2000)
    projection.project(response for response in responses if response.reader_id)
    return len(responses)
