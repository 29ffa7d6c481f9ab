"""Verbs on surveys.

Write them, publish them, open and close them, and take answers in from elsewhere.

A verb that changes a stored survey takes its row first (``_lock``) and what hangs on it afterwards,
so that two editors neither overwrite each other nor wait for each other in a circle.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import set_differing, values_of
from core.disclosure import Count
from core.refusals import Refused
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from feedback.surveys import definitions, projection, promises
from feedback.surveys.models import Item, Option, Survey, SurveyVersion
from feedback.surveys.relationship import EMPTY_PAGE, TEMPLATES
from feedback.surveys.storing import IncomingAnswer, ResponseRows

State = Survey.State
#: What a copy takes over; its own are address, period and state.
COPIED = (
    "title",
    "intro",
    "thanks",
    "anonymous",
    "smallest_batch",
    "by_invitation",
    "audience_id",
    "campaign_id",
)
#: What readers were told when a survey was published.
PROMISED = {"slug", "anonymous"}
#: What the answers given so far would mean something else under.
MEANING = {"kind", "scale_max"}
#: The name of the constraint that no two surveys have one address begins so: Django makes the end.
ONE_ADDRESS_EACH = "feedback_survey_slug_"


@dataclass(frozen=True)
class OptionRow:
    """One option as an editor wrote it; ``code`` is None for a new one."""

    text: dict
    code: int | None = None
    retired: bool = False


@transaction.atomic
def create_survey(*, slug: str, title: dict, by: User, template: str = "", **fields) -> Survey:
    """A draft, empty or filled from one of ``relationship.TEMPLATES``.

    The template's introduction and thanks give way to those among ``fields``. Refused where another
    survey has the address.
    """
    content = TEMPLATES.get(template, EMPTY_PAGE)
    texts = {"intro": content["intro"], "thanks": content["thanks"]}
    with _refusing_taken():
        survey = Survey.objects.create(slug=slug, title=title, created_by=by, **(texts | fields))
    for item in content["items"]:
        add_item(survey=survey, by=by, **item)
    audit.record(action=AuditAction.SURVEY_CREATE, by=by, on=survey, template=template)
    return survey


@transaction.atomic
def duplicate(*, survey: Survey, slug: str, by: User) -> Survey:
    """A new draft with the same questions, ordinals, codes and keys, so that years can be compared.

    Refused where another survey has the address ``slug``.
    """
    # Held, so that the copy is not made of a question before a change and one after it.
    source = _lock(survey)
    settings = values_of(source, COPIED)
    with _refusing_taken():
        copy = Survey.objects.create(slug=slug, created_by=by, **settings)
    for item in source.items.filter(retired_at__isnull=True).prefetch_related("options"):
        _copy_item(item, copy)
    audit.record(action=AuditAction.SURVEY_DUPLICATE, by=by, on=copy, source=source.pk)
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
    """A question at the end, with the next ordinal that was never used.

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
    _write_options(item, [*map(OptionRow, options), *rows])
    audit.record(action=AuditAction.QUESTION_CREATE, by=by, on=item, survey=stored.pk)
    return item


@transaction.atomic
def change_item(
    *, item: Item, by: User, options: Iterable[OptionRow] | None = None, **fields
) -> Item:
    """Change a question; ``options`` None leaves its options alone.

    Refused for kind and scale of a published one: its answers would change their meaning.
    """
    stored = _lock_item(item)
    changed = _set_changed(stored, fields)
    changes_meaning = MEANING & set(changed) and stored.is_published()
    if changes_meaning:
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

    Known codes are changed, new rows get the next code never used. Refused for more options than
    an answer can hold.
    """
    known = {option.code: option for option in item.options.all()}
    highest = max(known, default=0)
    for position, row in enumerate(rows):
        option = known.get(row.code)
        if option is None:
            highest += 1
            option = _new_option(item, highest)
        option.text = row.text
        option.position = position
        option.retired_at = _retired_at(option, row)
        option.save()


def _new_option(item: Item, code: int) -> Option:
    """An option with this code, not stored yet. Refused beyond the most that a question can have: a
    code is never given twice, so retired ones count.
    """
    if code > Item.MOST_OPTIONS:
        raise Refused(
            _("A question can have %(n)s options at most, retired ones included.")
            % {"n": Item.MOST_OPTIONS}
        )
    return Option(item=item, code=code)


def _retired_at(option: Option, row: OptionRow) -> datetime | None:
    """When the option was retired; None where it is offered. Retired again, it keeps the first
    moment.
    """
    if not row.retired:
        return None
    return option.retired_at or timezone.now()


@transaction.atomic
def move_item(*, item: Item, up: bool, by: User) -> None:
    """Swap places with the neighbour above or below; nothing happens at the ends.

    Refused where the question was retired meanwhile. Readers see it with the next version.
    """
    survey = _lock(item.survey)
    shown = list(survey.items.filter(retired_at__isnull=True))
    ordinals = [other.ordinal for other in shown]
    if item.ordinal not in ordinals:
        raise Refused(_("This question was retired meanwhile."))

    place = ordinals.index(item.ordinal)
    target = place + 1
    if up:
        target = place - 1
    if not 0 <= target < len(shown):
        return
    shown[place], shown[target] = shown[target], shown[place]
    for position, other in enumerate(shown, start=1):
        other.position = position
    Item.objects.bulk_update(shown, ["position"])
    audit.record(action=AuditAction.QUESTION_MOVE, by=by, on=item, up=up)


@transaction.atomic
def retire_item(*, item: Item, retired: bool, by: User) -> None:
    """Take a question out of the next version, or back in; its ordinal and its answers stay.
    Published versions do not change.
    """
    stored = _lock_item(item)
    if retired:
        stored.retired_at = timezone.now()
        action = AuditAction.QUESTION_RETIRE
    else:
        stored.retired_at, action = None, AuditAction.QUESTION_RESTORE
    stored.save(update_fields=["retired_at"])
    audit.record(action=action, by=by, on=stored)


@transaction.atomic
def publish(*, survey: Survey, by: User) -> SurveyVersion:
    """Freeze the working copy as the next version and open a draft.

    An unchanged copy gives the version there is. Refused while the copy lacks something, and for
    an anonymous survey where ``promises.refuse_publishing`` says why.
    """
    stored = _lock(survey)
    definition = definitions.draft(stored)
    if definitions.problems(definition):
        raise Refused(_("The survey is not complete yet."))

    last = stored.current_version()
    promises.refuse_publishing(stored, last, definition)
    digest = definitions.sha256(definition)
    if last is not None and last.sha256 == digest:
        return last

    number = 1
    if last is not None:
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
    """Close an open survey or open a closed one again; a draft is opened by publishing it.

    Refused for opening an anonymous survey again: whoever came last would be alone in a batch.
    """
    if is_open:
        promises.refuse_opening_again(survey)
        before, after, action = State.CLOSED, State.OPEN, AuditAction.SURVEY_OPEN
    else:
        before, after, action = State.OPEN, State.CLOSED, AuditAction.SURVEY_CLOSE
    if not Survey.objects.filter(pk=survey.pk, state=before).update(state=after):
        raise Refused(_("The survey is not in a state for that."))
    audit.record(action=action, by=by, on=survey)


@transaction.atomic
def change_settings(*, survey: Survey, by: User, **fields) -> Survey:
    """Change address, period, audience and texts; ``fields`` by the names of the model.

    Refused for address and anonymity of a published survey: readers were promised both, and more
    in an anonymous one (``promises.refuse_settings``). Also for another survey's address and for a
    period that ends before it begins.
    """
    stored = _lock(survey)
    was_over = stored.is_over()
    least = stored.least_together
    changed = _set_changed(stored, fields)
    if stored.versions.exists():
        if PROMISED & set(changed):
            raise Refused(
                _("Address and anonymity are promises to readers: once published they stay.")
            )
        promises.refuse_settings(stored, changed, was_over=was_over, least=least)

    # The form looked at both ends, but a colleague may have moved the other one since.
    ends = stored.opens_at, stored.closes_at
    if None not in ends and stored.opens_at >= stored.closes_at:
        raise Refused(_("It must close after it opens."))

    with _refusing_taken():
        stored.save(update_fields=changed)
    audit.record(action=AuditAction.SURVEY_SETTINGS, by=by, on=stored, changed=changed)
    return stored


@transaction.atomic
def take_in(*, survey: Survey, rows: Iterable[IncomingAnswer], by: User) -> int:
    """Bulk-store answers that came another way (paper forms, demo data).

    Returns how many. Refused for anonymous surveys and for those that were never published.
    """
    # Held: a colleague could publish other questions, or promise anonymity, while these come in.
    stored = _lock(survey)
    if stored.anonymous:
        raise Refused(
            _("Answers to an anonymous survey can only come from the readers themselves.")
        )
    version = stored.current_version()
    if version is None:
        raise Refused(_("The survey is not in a state for that."))

    definition = definitions.parse_definition(version.definition)
    made = ResponseRows(stored)
    for row in rows:
        made.add(row.as_response(version), definition)
    made.store()

    # Not left to the regular run: it looks back two weeks, and these answers may be older.
    projection.project(response for response in made.responses if response.reader_id)

    taken = len(made.responses)
    # Whoever may read the trail may not know of one to four answers.
    shown = Count.of(taken).public_number
    audit.record(action=AuditAction.SURVEY_TAKE_IN, by=by, on=stored, rows=shown)
    return taken


@contextmanager
def _refusing_taken() -> Iterator[None]:
    """Write a survey under its address; Refused where another one has taken it.

    The form has looked, but two colleagues (or two clicks) can find the same address free.
    """
    try:
        # A savepoint, so that a refused row leaves the verb's transaction usable.
        with transaction.atomic():
            yield
    except IntegrityError as error:
        # Not looked up: a survey that keeps its address would be found under it.
        broken = error.__cause__.diag.constraint_name or ""
        if not broken.startswith(ONE_ADDRESS_EACH):
            raise
        raise Refused(_("Another survey has this address.")) from error


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
    return sorted(set_differing(row, fields))
