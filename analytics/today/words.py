"""What the desk's first page says, in sentences of the current language. No queries, no HTML."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

from analytics.loop.models import Adjustment, Decision
from analytics.loop.words import field_name, plan_text
from analytics.today.items import DeskClock
from analytics.today.time_left import moment
from campaigns.plan.models import Campaign
from core.disclosure import Count
from core.localised import localised
from core.numbers import duration, number, per_hundred, percent
from crm.letters.models import Letter
from crm.privacy.models import Correction
from crm.sources.words import brief_day
from feedback.voices.models import Voice

#: A first line is as long as one line of the page.
LONGEST_LINE = 90


# --- what readers said and made -------------------------------------------------------------------
def first_line(text: str) -> str:
    """The first line that says something, cut at ``LONGEST_LINE`` characters."""
    lines = text.strip().splitlines() or [""]
    return Truncator(lines[0].strip()).chars(LONGEST_LINE)


def quoted(text: str) -> str:
    """Somebody's own words, in the quotation marks of the language."""
    return _("“%(words)s”") % {"words": first_line(text)}


def work_title(title: str) -> str:
    """The title of a work, as the language sets titles."""
    return pgettext("title of a work", "“%(title)s”") % {"title": title}


def promise(voice: Voice) -> str:
    """Within how many days its kind is answered."""
    days = Voice.ANSWER_WITHIN[voice.kind]
    return ngettext(
        "an answer is promised within one day",
        "an answer is promised within %(n)s days",
        days,
    ) % {"n": number(days)}


def came(at: datetime, clock: DeskClock) -> str:
    """When a voice or work came in."""
    return _("came %(at)s") % {"at": moment(at, clock)}


def began_with(voice: Voice) -> str:
    """Beneath the words that a reader wrote last: what the matter began with.

    Empty where they wrote once; needs ``newest``.
    """
    if not voice.newest:
        return ""
    return _("The reader wrote again; it began with %(words)s") % {"words": quoted(voice.text)}


def added_to(voice: Voice) -> str:
    """Beneath a message that waits for a look: what it was added to."""
    return _("Added to %(words)s") % {"words": quoted(voice.text)}


def correction(asked: Correction) -> str:
    """What a reader says is wrong; not what should stand there, which names them."""
    return _("A reader says that this is written down wrongly: %(field)s") % {
        "field": asked.get_field_display()
    }


def scores(own: int | None) -> str:
    """Of a work that waits: whether this reviewer has given a score."""
    if own is None:
        return _("you have not given a score")
    return _("you gave %(score)s of 10; it waits for a decision") % {"score": own}


# --- what the library plans -----------------------------------------------------------------------
#: What is proposed about a segment, which is in a plan or is not.
SEGMENT_CHANGES = {
    Adjustment.Kind.SEGMENT_ADD: gettext_lazy("Add the segment “%(segment)s” to the plan"),
    Adjustment.Kind.SEGMENT_DROP: gettext_lazy("Leave the segment “%(segment)s” out of the plan"),
}


def proposal(adjustment: Adjustment) -> str:
    """What would change, from what to what; a segment is added to the plan or left out of it."""
    if adjustment.kind in SEGMENT_CHANGES:
        return str(SEGMENT_CHANGES[adjustment.kind] % {"segment": localised(adjustment.label)})
    return _("%(field)s: from %(before)s to %(after)s") % {
        "field": field_name(adjustment),
        "before": plan_text(adjustment.before, adjustment),
        "after": plan_text(adjustment.after, adjustment),
    }


def rests_on(persons: Count) -> str:
    """How many readers a proposal rests on."""
    return _("n=%(n)s") % {"n": persons}


def enters(campaign: Campaign, begins: date | None) -> str:
    """Which plan a proposal of a campaign's evaluation would enter, and when that begins."""
    said = {"campaign": campaign}
    if begins is None:
        return _("for the campaign after “%(campaign)s”") % said
    said["day"] = brief_day(begins)
    return _("for the campaign after “%(campaign)s”, which begins on %(day)s") % said


def planned(campaign: Campaign) -> str:
    """A campaign that is not live yet."""
    return _("“%(campaign)s” is not live yet: %(phase)s") % {
        "campaign": campaign,
        "phase": campaign.get_phase_display(),
    }


def unevaluated(campaign: Campaign) -> str:
    """A campaign whose period is over."""
    return _("“%(campaign)s” is over and not evaluated yet") % {"campaign": campaign}


# --- data and machines ----------------------------------------------------------------------------
def file_late(what: str) -> str:
    """A file of a gate or its like; ``what``: of whom, and of which days."""
    return _("Has not come: %(file)s") % {"file": what}


def file_awaited(what: str) -> str:
    """A file that is to come within days."""
    return _("To come: %(file)s") % {"file": what}


def missed_clicks(n: int) -> str:
    """Clicks that were followed and stand in no figure."""
    return ngettext(
        "One click was not counted this week: the disk was full",
        "%(n)s clicks were not counted this week: the disk was full",
        n,
    ) % {"n": number(n)}


def broken_publications(n: int) -> str:
    """Published figures that do not hold any more."""
    return ngettext(
        "One published figure is not what it was",
        "%(n)s published figures are not what they were",
        n,
    ) % {"n": number(n)}


def letter(one: Letter) -> str:
    """A single letter that needs a person."""
    said = {"subject": one.subject}
    # A letter of any other state is only here because it waits.
    waits = _("The letter “%(subject)s” waits too long")
    message = {
        Letter.State.FAILED: _("The letter “%(subject)s” was not mailed"),
        Letter.State.UNKNOWN: _("The letter “%(subject)s” may have gone, or not"),
    }.get(one.state, waits)
    return message % said


def doubtful_mails(content, mails: Count | None) -> str:
    """Mails of a content of which nobody knows whether they have gone; None where not even how many
    may be told.
    """
    said = {"content": content, "n": mails}
    if mails is None:
        return _("“%(content)s”: some mails may have gone, or not") % said
    if mails.is_withheld:
        return _("“%(content)s”: a few mails may have gone, or not") % said
    return (
        ngettext(
            "“%(content)s”: %(n)s mail may have gone, or not",
            "“%(content)s”: %(n)s mails may have gone, or not",
            mails.plural,
        )
        % said
    )


def job_failed(job) -> str:
    """Long work that ended with a fault."""
    return _("“%(job)s” failed") % {"job": job}


def stopped(campaign: Campaign) -> str:
    """A campaign whose mails a limit has stopped."""
    return _("Sending of “%(campaign)s” has stopped by itself") % {"campaign": campaign}


#: By what it is: that more of a kind waits than is named.
MORE = {
    "voices": ngettext_lazy("One more voice waits.", "%(n)s more voices wait.", "n"),
    "held": ngettext_lazy(
        "One more voice waits for a look.", "%(n)s more voices wait for a look.", "n"
    ),
    "works": ngettext_lazy("One more work waits.", "%(n)s more works wait.", "n"),
    "corrections": ngettext_lazy("One more correction waits.", "%(n)s more corrections wait.", "n"),
    "proposals": ngettext_lazy("One more proposal waits.", "%(n)s more proposals wait.", "n"),
    "campaigns": ngettext_lazy("One more campaign is planned.", "%(n)s more are planned.", "n"),
    "ended": ngettext_lazy(
        "One more campaign is not evaluated.", "%(n)s more campaigns are not evaluated.", "n"
    ),
    "letters": ngettext_lazy(
        "One more letter needs somebody.", "%(n)s more letters need somebody.", "n"
    ),
    "mails": ngettext_lazy(
        "One more content has mails in doubt.", "%(n)s more contents have mails in doubt.", "n"
    ),
    "jobs": ngettext_lazy("One more job failed.", "%(n)s more jobs failed.", "n"),
    "files": ngettext_lazy("One more file is expected.", "%(n)s more files are expected.", "n"),
    "stops": ngettext_lazy(
        "One more campaign has stopped.", "%(n)s more campaigns have stopped.", "n"
    ),
}


def more(kind: str, n: int) -> str:
    """How many more of a kind wait; ``kind``: a key of ``MORE``."""
    return str(MORE[kind] % {"n": n})


# --- in other hands -------------------------------------------------------------------------------
def leaving(n: int, first: datetime) -> str:
    """Readers who go by themselves: nobody has to do anything."""
    return ngettext(
        "%(n)s reader asked to leave and is erased on %(day)s.",
        "%(n)s readers asked to leave; the first is erased on %(day)s.",
        n,
    ) % {"n": number(n), "day": brief_day(timezone.localdate(first))}


def with_somebody(voice: Voice) -> str:
    """Who has a voice in hand."""
    return _("%(who)s has it") % {"who": voice.assigned_to}


def for_a_manager() -> str:
    """Beside a proposal, to whoever may not decide."""
    return _("A manager decides.")


# --- what changed ---------------------------------------------------------------------------------
#: What somebody decided about a proposal.
DECIDED = {
    Decision.Verdict.ACCEPT: gettext_lazy("%(who)s accepted: %(proposal)s"),
    Decision.Verdict.CHANGE: gettext_lazy("%(who)s accepted with another value: %(proposal)s"),
    Decision.Verdict.REFUSE: gettext_lazy("%(who)s refused: %(proposal)s"),
}


def decided(decision: Decision) -> str:
    """Who decided what about a proposal."""
    said = {"who": decision.by, "proposal": proposal(decision.adjustment)}
    return str(DECIDED[decision.verdict] % said)


def settled(decision: Decision | None) -> str:
    """What became of a proposal that waits no more; nobody decided about one that was replaced."""
    if decision is None:
        return _("A newer evaluation has replaced this proposal.")
    return decided(decision)


def wrote_again(voice: Voice) -> str:
    """Beside what a reader added to a conversation."""
    return _("written later about %(reference)s") % {"reference": voice.reference}


def evaluated(campaign: Campaign) -> str:
    """A report is there."""
    return _("“%(campaign)s” has been evaluated") % {"campaign": campaign}


def gone_out(content) -> str:
    """The last mail of a content has gone."""
    return _("“%(content)s” has gone out") % {"content": content}


def came_in(batch) -> str:
    """A file was brought in, with its rows where they were counted."""
    said = {"file": batch.filename}
    if batch.rows is None:
        return _("“%(file)s” came in") % said
    said["n"] = number(batch.rows)
    return (
        ngettext("“%(file)s” came in: %(n)s row", "“%(file)s” came in: %(n)s rows", batch.rows)
        % said
    )


def refused_rows(batch) -> str:
    """How many rows of a file were not taken in; empty where its rows were not counted."""
    if batch.rows is None:
        return ""
    if not batch.refused:
        return _("no row was refused")
    said = ngettext("one row was refused", "%(n)s rows were refused", batch.refused)
    return said % {"n": number(batch.refused)}


# --- what is being sent ---------------------------------------------------------------------------
#: What stops a content, and what lets it go on.
PAUSE = pgettext_lazy("a mailing", "Stop for now")
RESUME = pgettext_lazy("a mailing", "Go on")


def mailed(sent: Count, total: Count, seconds_left: int | None) -> str:
    """How many of all are mailed, and how long it still takes, as far as that may be told."""
    if sent.is_withheld or total.is_withheld:
        return _("It is being mailed; the numbers are too small to be shown.")
    said = {"sent": sent, "total": total}
    if seconds_left is None:
        return _("%(sent)s of %(total)s mailed") % said
    said["left"] = duration(seconds_left)
    return _("%(sent)s of %(total)s mailed, about %(left)s left") % said


def of_own_campus() -> str:
    """To staff of one campus: of whom the numbers are."""
    return _("These are the readers of your campus alone.")


def held_out(readers: Count) -> str:
    """That some get nothing; empty where nobody is held out."""
    if readers.is_zero:
        return ""
    said = ngettext(
        "One reader is held out and gets nothing, so that the effect can be told.",
        "%(n)s readers are held out and get nothing, so that the effect can be told.",
        readers.plural,
    )
    some = _("Some readers are held out and get nothing, so that the effect can be told.")
    return readers.in_words(said, withheld=some)


def limit(percent_limit, least: int) -> str:
    """At which share of mails that cannot be delivered it stops by itself; None: at none."""
    if percent_limit is None:
        return _("No limit is set at which it stops by itself.")
    return _(
        "It stops by itself when %(limit)s cannot be delivered, counted from %(n)s mails on."
    ) % {"limit": per_hundred(percent_limit, None), "n": number(least)}


def bounced(found: int, n: int) -> str:
    """How many mails could not be delivered so far, of ``n``; for who may know of each."""
    if not n:
        return ""
    return ngettext(
        "%(found)s could not be delivered, %(share)s.",
        "%(found)s could not be delivered, %(share)s.",
        found,
    ) % {"found": number(found), "share": percent(found / n)}


# --- what has just been done ----------------------------------------------------------------------
#: What was decided about a work.
ACCEPTED = gettext_lazy("Accepted. It can be published with thanks on its page.")
DECLINED = gettext_lazy("It is not chosen.")


def undo_in_words(seconds: int) -> str:
    """How long a step can still be taken back."""
    return ngettext(
        "You can take it back for one more second.",
        "You can take it back for %(n)s more seconds.",
        seconds,
    ) % {"n": number(seconds)}
