"""Launches, audiences and reasons, said to people."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaigns.contents.models import Content
from campaigns.limits.queries import rules_in_force
from campaigns.sending.audience import LaunchCount, ShownAudience
from campaigns.sending.holds import ERASED
from campaigns.sending.machine_figures import MachineFigures
from campaigns.sending.machine_rules import in_words
from campaigns.sending.machines import Changed
from campaigns.sending.readiness import Obstacle
from core.disclosure import Count
from core.localised import labelled
from core.numbers import duration
from crm.letters.models import FailureCode
from crm.readers.queries import NotMailable, may_open_every_reader

#: Why a row did not go out, by the code that is stored with it.
REASONS = {
    NotMailable.NO_CONSENT: FailureCode.NO_CONSENT.label,
    NotMailable.NO_ADDRESS: gettext_lazy("has no address"),
    NotMailable.LEFT: gettext_lazy("is no longer a reader"),
    NotMailable.SUPPRESSED: FailureCode.SUPPRESSED.label,
    NotMailable.STOPPED: FailureCode.STOPPED.label,
    NotMailable.UNDELIVERABLE: FailureCode.UNDELIVERABLE.label,
    NotMailable.SAME_MAILBOX: gettext_lazy("same address: another reader's row gets the mail"),
    NotMailable.FREQUENCY: gettext_lazy(
        "frequency: as many mails as the library sends went there before"
    ),
    NotMailable.FREQUENCY_SINCE: gettext_lazy(
        "frequency: as many mails as the library sends went there since the launch"
    ),
    NotMailable.PROGRAMME: gettext_lazy(
        "drawn into the programme's holdout: gets no campaign mail"
    ),
    ERASED: gettext_lazy("was erased at their own wish"),
    FailureCode.BAD_ADDRESS: FailureCode.BAD_ADDRESS.label,
    FailureCode.SERVER_LOST: FailureCode.SERVER_LOST.label,
    FailureCode.NOT_COMPOSED: FailureCode.NOT_COMPOSED.label,
    FailureCode.WORKER_DIED: FailureCode.WORKER_DIED.label,
    FailureCode.LEASE_OVER: FailureCode.LEASE_OVER.label,
    FailureCode.RESTORED: FailureCode.RESTORED.label,
}
OBSTACLES = {
    Obstacle.LAUNCHED: gettext_lazy("It has been launched already."),
    Obstacle.NO_EMAIL_CHANNEL: gettext_lazy(
        "Only e-mail is sent from here; other channels use the campaign's tracked links."
    ),
    Obstacle.CAMPAIGN_NOT_LIVE: gettext_lazy(
        "The campaign is not live yet: its standards must be locked first."
    ),
    Obstacle.NO_SEGMENT: gettext_lazy("The campaign has no segment."),
    Obstacle.NOBODY_FOUND: gettext_lazy(
        "The campaign's segments hold nobody, so there is nothing to launch."
    ),
    Obstacle.NOBODY_MAILABLE: gettext_lazy(
        "Nobody in the campaign's segments may be mailed for this purpose, so there is nothing to "
        "launch."
    ),
    Obstacle.ALL_HELD_OUT: gettext_lazy(
        "Everybody who may be mailed was drawn into the holdout, so nobody would be mailed."
    ),
    Obstacle.ALL_FREQUENT: gettext_lazy(
        "To everybody who may be mailed as many promotional mails went as the library sends."
    ),
    Obstacle.LIMIT_PASSED: gettext_lazy(
        "A limit stopped the campaign. Somebody must say why it goes on."
    ),
    Obstacle.DECIDED_TO_STOP: gettext_lazy(
        "It was decided to stop this campaign: no more of its mail goes out."
    ),
    Obstacle.NO_SUBJECT: gettext_lazy("The mail has no subject that anybody could read."),
}


def reason_in_words(reason: str) -> str:
    """A stored reason: one of our codes in the current language, or the mail server's own words."""
    return str(REASONS.get(reason, reason))


def obstacles_in_words(obstacles: Iterable[Obstacle]) -> list[str]:
    """A sentence for each obstacle, in the current language."""
    return [str(OBSTACLES[obstacle]) for obstacle in obstacles]


def launched_in_words(launched: LaunchCount, viewer) -> str:
    """ "1,284 readers will be mailed · 142 are held out\""""
    mailed, held_out, frequent = launched.shown_to(viewer)
    said = [_will_be_mailed(mailed), _are_held_out(held_out)]
    if launched.frequent:
        said.append(_are_left_out(frequent))
    if launched.due_at is not None and launched.due_at > timezone.now():
        said.append(_("the first mail goes on %(time)s") % {"time": minute_of(launched.due_at)})
    return " · ".join(said)


def minute_of(at: datetime) -> str:
    """Local time as every page says it: "2026年11月26日 17:05"."""
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def held_in_words(at: datetime) -> str:
    """That promotional mail waits now, and until when."""
    return _("These are quiet hours: the mail waits until %(time)s.") % {"time": minute_of(at)}


def _are_left_out(frequent: Count) -> str:
    """That as many mails had gone to some; how many, where that may be told."""
    said = ngettext(
        "%(n)s had as many mails as the library sends",
        "%(n)s had as many mails as the library sends",
        frequent.plural,
    )
    return frequent.in_words(said, withheld=_("some had as many mails as the library sends"))


def _will_be_mailed(mailed: Count) -> str:
    """How many readers will be mailed, where that may be told."""
    said = ngettext("%(n)s reader will be mailed", "%(n)s readers will be mailed", mailed.plural)
    return mailed.in_words(said, withheld=_("The readers who were drawn will be mailed"))


def _are_held_out(held_out: Count) -> str:
    """How many readers are held out, where that may be told."""
    said = ngettext("%(n)s is held out", "%(n)s are held out", held_out.plural)
    return held_out.in_words(said, withheld=_("some are held out"))


def queued_again_in_words(rows: int, viewer) -> str:
    """How many mails a person has sent on their way once more, as ``viewer`` may be told; nothing
    of a number to staff of one campus.
    """
    if viewer.campus_id:
        return _("The mails are queued again.")
    count = Count.of(rows, exact=may_open_every_reader(viewer))
    said = ngettext("%(n)s mail is queued again.", "%(n)s mails are queued again.", count.plural)
    return count.in_words(said, withheld=_("A few mails are queued again."))


def launch_question(mailed: Count) -> str:
    """The heading of the confirmation page."""
    if mailed.is_withheld:
        return _("Mail these readers?")
    return ngettext("Mail one reader?", "Mail %(m)s readers?", mailed.plural) % {"m": mailed}


def launch_button(mailed: Count) -> str:
    """What the button below it says."""
    if mailed.is_withheld:
        return _("Mail these readers")
    return ngettext("Mail one reader", "Mail %(m)s readers", mailed.plural) % {"m": mailed}


def stage_in_words(content: Content, *, is_open: bool) -> str:
    """The heading of the live page: how far the content is. ``is_open``: whether any mail waits."""
    if content.state == content.State.PAUSED:
        return _("Paused")
    if content.state != content.State.SENDING:
        return _("Gone out")
    if is_open:
        return _("Going out")
    return _("Nearly done")


def ending_in_words(content: Content, seconds_left: int | None) -> str:
    """When it was finished, or how long it may still take; empty where nobody can say."""
    if content.finished_at is not None:
        return _("finished %(at)s") % {"at": minute_of(content.finished_at)}
    if seconds_left is not None:
        return _("about %(left)s left") % {"left": duration(seconds_left)}
    return ""


def members_in_words(counted: ShownAudience) -> str:
    """The heading above the numbers of a launch: of whom they are."""
    if counted.is_limited:
        return _("Of the readers of your campus in the segments")
    if counted.members.is_withheld:
        return _("Of the readers in the segments")
    said = ngettext(
        "Of one reader in the segments",
        "Of %(m)s readers in the segments",
        counted.members.plural,
    )
    return said % {"m": counted.members}


def uncounted_in_words(uncounted: Iterable[tuple]) -> list[str]:
    """Why each of these segments could not be counted; ``uncounted`` are (name, reason)."""
    return [labelled(name, reason) for name, reason in uncounted]


def subscribers_asked_in_words(subscribers: Count | None) -> str:
    """That people who are no readers get the mail as well, and how many; empty where it is not for
    them.
    """
    if subscribers is None:
        return ""
    if subscribers.is_withheld:
        return _(
            "A few subscribers who are no readers get it as well; they count as readers nowhere."
        )
    said = ngettext(
        "One subscriber who is no reader gets it as well and counts as a reader nowhere.",
        "%(m)s subscribers who are no readers get it as well; they count as readers nowhere.",
        subscribers.plural,
    )
    return said % {"m": subscribers}


def subscribers_mailed_in_words(subscribers: Count | None) -> str:
    """How many letters of a content went to people who are no readers; empty where none was
    written.
    """
    if subscribers is None:
        return ""
    if subscribers.is_withheld:
        return _(
            "It goes to subscribers as well, who are no readers and stand in none of these numbers."
        )
    said = _(
        "Mailed to subscribers as well: %(subscribers)s. They are no readers and stand in none of"
        " these numbers."
    )
    return said % {"subscribers": subscribers}


def failed_again_in_words(count: Count) -> str:
    """What the button for the failed mails says."""
    said = ngettext("Try the failed one again", "Try the %(n)s failed again", count.plural)
    return count.in_words(said, withheld=_("Try the failed ones again"))


def in_doubt_again_in_words(count: Count) -> str:
    """What the button for the mails in doubt says."""
    said = ngettext("Send the one in doubt again", "Send the %(n)s in doubt again", count.plural)
    return count.in_words(said, withheld=_("Send those in doubt again"))


def audience_in_words(counted: ShownAudience, purpose: str) -> list[tuple[str, Count]]:
    """[(what happens, readers)] for the confirmation page, without other reasons that meet nobody.
    The first three lines always stand there.

    ``purpose``: what the mail is for, in words.
    """
    no_consent = _("have not agreed to e-mail about “%(purpose)s” and get nothing")
    rows = [
        (_("will be mailed"), counted.mailed),
        (_("are held out at random and get nothing"), counted.held_out),
        (no_consent % {"purpose": purpose}, counted.no_consent),
    ]
    left_out = [
        (_("have no address"), counted.no_address),
        (_("are on the stop list"), counted.stopped),
        (_("have an address that no letter reaches"), counted.undeliverable),
        (_("are on the suppression list"), counted.suppressed),
        (_("have the same mailbox as another reader and get one mail there"), counted.same_mailbox),
        (_frequent_in_words(), counted.frequent),
        (_("were drawn into another arm and get that arm's mail"), counted.other_arm),
        (_("are in the programme's holdout and get no campaign mail"), counted.in_programme),
        (_("are no longer readers"), counted.left),
    ]
    for what, readers in left_out:
        if not readers.is_zero:
            rows.append((what, readers))
    return rows


def _frequent_in_words() -> str:
    """By the cap of today why somebody gets nothing."""
    rules = rules_in_force()
    said = ngettext(
        "had %(n)s promotional mail within %(days)s days, as many as the library sends, and get"
        " nothing; they are left out of the holdout as well",
        "had %(n)s promotional mails within %(days)s days, as many as the library sends, and get"
        " nothing; they are left out of the holdout as well",
        rules.cap_mails or 0,
    )
    return said % {"n": rules.cap_mails, "days": rules.cap_days}


def rule_heads() -> list[str]:
    """What stands over the columns of the published rules."""
    return [_("Rule"), _("A click is left out when"), _("Why no person is meant")]


def rule_rows() -> list[list[str]]:
    """A row for each rule on machine clicks."""
    return [[rule.name, rule.when, rule.why] for rule in in_words()]


def left_out_heads() -> list[str]:
    """What stands over the columns of what a campaign left out."""
    return [_("Rule"), _("Clicks"), _("A click is left out when")]


def left_out_rows(figures: MachineFigures) -> list[list[str]]:
    """A row for each rule with what it left out, and one for what was no click."""
    rows = [[rule.name, str(rule.clicks), rule.when] for rule in figures.by_rule]
    looks = _(
        "Something asked for a link and followed nothing, or opened the page for leaving. Kept for"
        " days."
    )
    return [*rows, [_("Looks only"), str(figures.looks), looks]]


def judged_in_words(changed: Changed) -> str:
    """What judging anew changed; nothing of how many persons that is."""
    if not changed:
        return _("Judged anew: nothing has changed.")
    return _("Judged anew, with changes. The next evaluation is a new version and says so.")
