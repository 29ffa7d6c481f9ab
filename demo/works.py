"""One call with works on show, labelled synthetic."""

from datetime import datetime, timedelta
from itertools import product

import numpy
from django.utils import timezone

from core.provenance import Provenance
from crm.readers.models import Activity, Reader
from demo.people import SEED, SOURCE
from demo.poems import FIRST, LICENCE, SECOND, SOLAR_TERMS, SUBMITTED, THANKS, WORKS
from feedback.calls.models import Call, Submission

#: A small circle writes, and some of them often.
AUTHORS = 90


def seed_works(by) -> None:
    """One open call with published, accepted and waiting works by synthetic readers."""
    if Call.objects.filter(slug="solar-terms").exists():
        return
    now = timezone.now()
    call = Call.objects.create(
        slug="solar-terms",
        title="节气配图诗征集",
        brief="给二十四节气各写一首短诗，配本馆手绘。不限体裁，不必押韵，写你在图书馆里看见的那个节气。",
        rules="每人不限篇数；不具名评阅；入选作品在当日节气发布，并寄赠明信片一套。",
        licence=LICENCE,
        longest=200,
        opens_at=now - timedelta(days=420),
        closes_at=now + timedelta(days=27),
        published=True,
        provenance=Provenance.SYNTHETIC,
        created_by=by,
    )
    readers = list(Reader.objects.filter(source=SOURCE).order_by("number")[:1200])
    rng = numpy.random.default_rng(SEED + 3)
    drawn = rng.choice(len(readers), AUTHORS, replace=False)
    authors = [readers[index] for index in drawn]
    show_couplets(call, authors, by, now, rng)

    for index, (title, text, pen_name) in enumerate(WORKS):
        at = last_day_of(title, now)
        show(call, authors[index], title, text, pen_name, at, by)

    for index, (title, text, pen_name) in enumerate(SUBMITTED):
        submitted_at = now - timedelta(days=2 + index)
        waiting = Submission.objects.create(
            call=call,
            author=authors[len(WORKS) + index],
            title=title,
            text=text,
            pen_name=pen_name,
            licence_agreed=LICENCE,
            state=Submission.State.SUBMITTED,
            submitted_at=submitted_at,
        )
        date_back(waiting, submitted_at, submitted_at)


def date_back(work: Submission, submitted_at: datetime, changed_at: datetime) -> None:
    """Give a work the dates of its own story: begun the evening before it was sent in, and last
    changed when the library did something with it. A model sets both when a row is stored.
    """
    begun_at = submitted_at - timedelta(hours=20)
    Submission.objects.filter(pk=work.pk).update(created_at=begun_at, updated_at=changed_at)


def last_day_of(title: str, now: datetime) -> datetime:
    """The last first day of the solar term that a title names, before ``now``; ValueError for a
    title that names none.
    """
    if not any(term in title for term in SOLAR_TERMS):
        raise ValueError(title)
    day = now - timedelta(days=1)
    while solar_term(day) not in title or solar_term(day - timedelta(days=1)) in title:
        day -= timedelta(days=1)
    return day


def show_couplets(call, authors, by, now, rng) -> None:
    """Every pair of halves once, in a drawn order, spread over more than a year."""
    # Sorted by drawn numbers instead of shuffled: one draw a pair, in the order of the pairs.
    couplets = sorted(product(FIRST, SECOND), key=lambda _pair: rng.random())
    for index, (first, second) in enumerate(couplets):
        at = now - timedelta(days=400 - index * 2.6, hours=float(rng.integers(1, 9)))
        author = authors[int(rng.integers(len(authors)))]
        show(call, author, solar_term(at), f"{first}\n{second}", "", at, by)


def solar_term(at: datetime) -> str:
    """The solar term of a day by its Chinese name. The 24 terms begin in early January, fifteen
    days apart.
    """
    return SOLAR_TERMS[((at.timetuple().tm_yday - 5) // 15) % 24]


def show(call, author, title: str, text: str, pen_name: str, at, by) -> None:
    """One work on show since ``at``, counted as its author's contribution."""
    work = Submission.objects.create(
        call=call,
        author=author,
        title=title,
        text=text,
        pen_name=pen_name,
        licence_agreed=LICENCE,
        state=Submission.State.PUBLISHED,
        submitted_at=at - timedelta(days=6),
        published_at=at,
        published_by=by,
        thanks=THANKS,
        thanked_at=at,
    )
    date_back(work, work.submitted_at, at)
    Activity.objects.log([(author.pk, Activity.Kind.CONTRIBUTION, at, "submission", str(work.pk))])
