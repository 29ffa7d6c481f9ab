"""Verbs on surveys.

Write them, publish them, open and close them, and take answers in from elsewhere.

A verb that changes a stored survey takes its row first (``_lock``) and what hangs on it afterwards,
so that two editors neither overwrite each other nor wait for each other in a circle.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.disclosure import Count
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from feedback.surveys import answering, definitions, projection
from feedback.surveys.models import Item, Option, Response, Survey, SurveyVersion
from feedback.surveys.relationship import TEMPLATES
from feedback.surveys.storing import ResponseRows

State = Survey.State


@dataclass(frozen=True)
class OptionRow:
    """One option as an editor wrote it; ``code`` is None for a new one."""

    text: dict
    code: int | None = None
    retired: bool = False


@dataclass(frozen=True)
class IncomingAnswer:
    """One answer for ``take_in``. ``answers`` is {ordinal as text: code | [codes] | text}."""

    answers: dict
    at: datetime
    reader_id: int | None = None
    delivery_id: int | None = None
    channel_id: int | None = None
    segment_ids: list[int] = field(default_factory=list)
    language: str = "zh-hans"


@transaction.atomic
def create_survey(*, slug: str, title: dict, by: User, template: str = "", **fields) -> Survey:
    """A draft, empty or filled from one of relationship.TEMPLATES (then with its intro and
    thanks).
    """
    content = TEMPLATES.get(template, {"items": []})
    texts = {name: content[name] for name in ("intro", "thanks") if name in content}
    survey = Survey.objects.create(slug=slug, title=title, created_by=by, **(texts | fields))
    for item in content["items"]:
        add_item(survey=survey, by=by, **item)
    audit.record(action=AuditAction.SURVEY_CREATE, by=by, on=survey, template=template)
    return survey


@transaction.atomic
def duplicate(*, survey: Survey, slug: str, by: User) -> Survey:
    """A new draft with the same questions, ordinals, codes and keys.

    So that years can be compared.
    """
    names = ("title", "intro", "thanks", "anonymous", "by_invitation", "audience", "campaign")
    settings = {name: getattr(survey, name) for name in names}
    copy = Survey.objects.create(slug=slug, created_by=by, **settings)
    for item in survey.items.filter(retired_at__isnull=True).prefetch_related("options"):
        _copy_item(item, copy)
    audit.record(action=AuditAction.SURVEY_DUPLICATE, by=by, on=copy, source=survey.pk)
    return copy


def _copy_item(item: Item, survey: Survey) -> None:
    """The question with its options in another survey; retired options stay behind."""
    options = [option for option in item.options.all() if option.retired_at is None]
    # Without its key the instance is a new row with all the fields of the old one.
    item.pk = None
    item.survey = survey
    item._state.adding = True
    item.save()
    Option.objects.bulk_create(
        Option(item=item, code=option.code, position=option.position, text=option.text)
        for option in options
    )


@transaction.atomic
def add_item(
    *,
    survey: Survey,
    by: User,
    options: Iterable[dict] = (),
    rows: Iterable[OptionRow] = (),
    **fields,
) -> Item:
    """A question at the end, with the next ordinal never used.

    ``options`` are texts {"zh-hans": …, "en": …}; an editor gives ``rows`` instead.
    """
    stored = _lock(survey)
    last = stored.items.aggregate(ordinal=Max("ordinal"), position=Max("position"))
    item = Item.objects.create(
        survey=stored,
        ordinal=(last["ordinal"] or 0) + 1,
        position=(last["position"] or 0) + 1,
        **fields,
    )
    _write_options(item, [*(OptionRow(text) for text in options), *rows])
    audit.record(action=AuditAction.QUESTION_CREATE, by=by, on=item, survey=stored.pk)
    return item


@transaction.atomic
def change_item(
    *, item: Item, by: User, options: Iterable[OptionRow] | None = None, **fields
) -> Item:
    """Change a question; ``options`` None leaves its options alone.

    Kind and scale of a published one stay: its answers would change their meaning.
    """
    stored = _lock_item(item)
    changed = _set_changed(stored, fields)
    if {"kind", "scale_max"} & set(changed) and stored.is_published():
        raise Refused(
            _("This question was published: its kind and scale stay. Retire it and add a new one.")
        )
    stored.save(update_fields=changed)
    if options is not None:
        _write_options(stored, options)
    audit.record(action=AuditAction.QUESTION_CHANGE, by=by, on=stored, fields=changed)
    return stored


def _write_options(item: Item, rows: Iterable[OptionRow]) -> None:
    """Write the rows in their order.

    Known codes are changed, new rows get the next code never used.
    """
    known = {option.code: option for option in item.options.all()}
    highest = max(known, default=0)
    for position, row in enumerate(rows):
        option = known.get(row.code)
        if option is None:
            highest += 1
            if highest > Item.MOST_OPTIONS:
                raise Refused(
                    _("A question can have %(n)s options at most, retired ones included.")
                    % {"n": Item.MOST_OPTIONS}
                )
            option = Option(item=item, code=highest)
        option.text = row.text
        option.position = position
        if not row.retired:
            option.retired_at = None
        elif option.retired_at is None:
            option.retired_at = timezone.now()
        option.save()


@transaction.atomic
def move_item(*, item: Item, up: bool, by: User) -> None:
    """Swap places with the neighbour above or below; nothing happens at the ends."""
    survey = _lock(item.survey)
    shown = list(survey.items.filter(retired_at__isnull=True))
    ordinals = [other.ordinal for other in shown]
    if item.ordinal not in ordinals:
        raise Refused(_("This question was retired meanwhile."))

    place = ordinals.index(item.ordinal)
    target = place - 1 if up else place + 1
    if not 0 <= target < len(shown):
        return
    shown[place], shown[target] = shown[target], shown[place]
    for position, other in enumerate(shown, start=1):
        other.position = position
    Item.objects.bulk_update(shown, ["position"])
    audit.record(action=AuditAction.QUESTION_MOVE, by=by, on=item, up=up)


@transaction.atomic
def retire_item(*, item: Item, retired: bool, by: User) -> None:
    """Take a question out of the next version, or back in; its ordinal and its answers stay."""
    stored = _lock_item(item)
    if retired:
        stored.retired_at, action = timezone.now(), AuditAction.QUESTION_RETIRE
    else:
        stored.retired_at, action = None, AuditAction.QUESTION_RESTORE
    stored.save(update_fields=["retired_at"])
    audit.record(action=action, by=by, on=stored)


@transaction.atomic
def publish(*, survey: Survey, by: User) -> SurveyVersion:
    """Freeze the working copy as the next version and open a draft.

    Unchanged copies give the version there is.
    """
    stored = _lock(survey)
    definition = definitions.draft(stored)
    if definitions.problems(definition):
        raise Refused(_("The survey is not complete yet."))

    last = stored.current_version()
    number = 1
    digest = definitions.sha256(definition)
    if last is not None:
        if last.sha256 == digest:
            return last
        number = last.number + 1

    version = SurveyVersion.objects.create(
        survey=stored,
        number=number,
        definition=definition,
        sha256=digest,
        structural=definitions.differ_in_structure(last, definition),
        published_by=by,
    )
    if stored.state == State.DRAFT:
        stored.state = State.OPEN
        stored.save(update_fields=["state"])
    audit.record(
        action=AuditAction.SURVEY_PUBLISH, by=by, on=stored, number=version.number, sha256=digest
    )
    return version


@transaction.atomic
def set_open(*, survey: Survey, is_open: bool, by: User) -> None:
    """Close an open survey or open a closed one again; a draft is opened by publishing it."""
    if is_open:
        before, after, action = State.CLOSED, State.OPEN, AuditAction.SURVEY_OPEN
    else:
        before, after, action = State.OPEN, State.CLOSED, AuditAction.SURVEY_CLOSE
    if not Survey.objects.filter(pk=survey.pk, state=before).update(state=after):
        raise Refused(_("The survey is not in a state for that."))
    audit.record(action=action, by=by, on=survey)


@transaction.atomic
def change_settings(*, survey: Survey, by: User, **fields) -> Survey:
    """Address, period and audience.

    What readers were promised (address, anonymity) stays once published.
    """
    stored = _lock(survey)
    changed = _set_changed(stored, fields)
    if {"slug", "anonymous"} & set(changed) and stored.versions.exists():
        raise Refused(_("Address and anonymity are promises to readers: once published they stay."))
    stored.save(update_fields=changed)
    audit.record(action=AuditAction.SURVEY_SETTINGS, by=by, on=stored, changed=changed)
    return stored


@transaction.atomic
def take_in(*, survey: Survey, rows: Iterable[IncomingAnswer], by: User) -> int:
    """Bulk-store answers that came another way (paper forms, demo data).

    Returns how many. Raises Refused for anonymous surveys.
    """
    if survey.anonymous:
        raise Refused(
            _("Answers to an anonymous survey can only come from the readers themselves.")
        )
    version = survey.current_version()
    definition = definitions.parse_definition(version.definition)
    made = ResponseRows(survey)
    for row in rows:
        response = Response(
            id=uuid4(),
            survey=survey,
            version=version,
            reader_id=row.reader_id,
            delivery_id=row.delivery_id,
            channel_id=row.channel_id,
            segment_ids=row.segment_ids,
            language=row.language,
            answers=row.answers,
            digest=answering.digest(row.answers),
            submitted_at=row.at,
        )
        made.add(response, definition)
    made.store()
    # Not left to the regular run: it looks back two weeks, and these answers may be older.
    projection.project(response for response in made.responses if response.reader_id)
    rows = len(made.responses)
    # Whoever may read the trail may not know of one to four answers.
    shown = Count.of(rows).public_number
    audit.record(action=AuditAction.SURVEY_TAKE_IN, by=by, on=survey, rows=shown)
    return rows


def _lock(survey: Survey) -> Survey:
    """The survey as it is now, held until the verb is done.

    Without the lock on its key: readers' answers point at this row and do not wait for an editor.
    """
    return Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)


def _lock_item(item: Item) -> Item:
    """The question as it is now; whoever writes a question holds its survey."""
    survey = _lock(item.survey)
    return Item.objects.select_for_update(no_key=True).get(survey=survey, pk=item.pk)


def _set_changed(row: Survey | Item, fields: dict) -> list[str]:
    """Set what differs on a row just locked, and give the names, sorted.

    Only these are written: the others may have been changed since the caller loaded the row.
    """
    changed = []
    for name, value in fields.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return sorted(changed)
