"""Departments, terms, closed days and holidays, accounts with followers: each with its days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from crm.staff.models import Campus, Lasting, Named


class Department(Lasting):
    """A department of the library's own."""

    class Meta(Lasting.Meta):
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]


class DepartmentMember(models.Model):
    """Somebody of the staff in a department, from one day to another, both included.

    The row stays with its department: on a later day that is called as its successor.
    """

    department = models.ForeignKey(Department, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="departments")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of a department")
        verbose_name_plural = _("members of departments")
        ordering = ["department", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="department_member_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["department", "user", "starts_on"],
                name="department_member_once",
                nulls_distinct=False,
            ),
        ]


@dataclass(frozen=True)
class TeachingWeek:
    """``number`` counts from 1, for the week in which the term begins."""

    term: "TeachingTerm"
    number: int


class TeachingTermQuerySet(models.QuerySet):
    def on(self, day: date) -> "TeachingTerm | None":
        """The term that ``day`` lies in, both its ends included; None between terms, and where none
        is recorded. One statement, at once.
        """
        return self.filter(starts_on__lte=day, ends_on__gte=day).first()


class TeachingTerm(Named):
    """A term, from its first to its last day; weeks begin on Mondays."""

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    objects = TeachingTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="term_ends_after_it_starts"
            ),
            # A day lies in one term: else it would have two week numbers.
            ExclusionConstraint(
                name="terms_do_not_overlap",
                expressions=[
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]

    def week_of(self, day: date) -> int:
        """Number of the week that ``day`` lies in, 1 for that of the first day; it is not asked
        whether the day lies in the term at all.
        """
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        return (day - monday).days // 7 + 1

    @property
    def weeks(self) -> int:
        """How many weeks it has, from Monday to Sunday, begun ones included; one at least."""
        return self.week_of(self.ends_on)


class SpecialDaysQuerySet(models.QuerySet):
    def at(self, campus: Campus | None):
        """Those of one campus, and those of all; without a campus only those of all, which is when
        the whole library is shut.
        """
        of_all = Q(campus__isnull=True)
        if campus is None:
            return self.filter(of_all)
        return self.filter(of_all | Q(campus=campus))

    def closed(self):
        """Those on which nobody could come; not holidays on which it is open."""
        return self.filter(kind=SpecialDays.Kind.CLOSED)

    def touching(self, first: date, last: date):
        """Those that have a day from ``first`` to ``last``, both among them, as far as the dates
        tell: whether one of the days is on their ``weekday`` is not asked.
        """
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class SpecialDays(models.Model):
    """Days on which a campus is closed, or on which it is open and nobody is taught.

    Without a campus it holds for all. With a ``weekday`` (0 for Monday) only those days from
    ``starts_on`` to ``ends_on`` are meant.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("closed to readers")
        HOLIDAY = "holiday", _("holiday, open")

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Mondays")
        TUESDAY = 1, _("Tuesdays")
        WEDNESDAY = 2, _("Wednesdays")
        THURSDAY = 3, _("Thursdays")
        FRIDAY = 4, _("Fridays")
        SATURDAY = 5, _("Saturdays")
        SUNDAY = 6, _("Sundays")

    campus = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, verbose_name=_("campus")
    )
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    name = models.CharField(_("why"), max_length=120, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    weekday = models.PositiveSmallIntegerField(
        _("only on"), choices=Weekday.choices, null=True, blank=True
    )

    objects = SpecialDaysQuerySet.as_manager()

    class Meta:
        verbose_name = _("closed days or holidays")
        verbose_name_plural = _("closed days and holidays")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="special_days_end_after_start"
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__lte=6), name="special_days_weekday"
            ),
            models.UniqueConstraint(
                fields=["campus", "kind", "starts_on", "ends_on", "weekday"],
                name="special_days_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.name or str(self.get_kind_display())

    @property
    def runs(self) -> list[tuple[date, date]]:
        """First and last day of each run of days that are meant: one alone, and with a ``weekday``
        each such day by itself.
        """
        if self.weekday is None:
            return [(self.starts_on, self.ends_on)]
        found = []
        for offset in range((self.ends_on - self.starts_on).days + 1):
            day = self.starts_on + timedelta(days=offset)
            if self.holds_on(day):
                found.append((day, day))
        return found

    def holds_on(self, day: date) -> bool:
        """Whether ``day`` lies from the first to the last day and, with a ``weekday``, is such a
        one.
        """
        if not self.starts_on <= day <= self.ends_on:
            return False
        return self.weekday is None or self.weekday == day.weekday()


class FollowedAccount(Named):
    """An account of the library's that people follow: WeChat, Weibo and so on."""

    class Meta:
        verbose_name = _("account with followers")
        verbose_name_plural = _("accounts with followers")
        ordering = ["code"]


class FollowerCount(models.Model):
    """How many followed one account at the end of a day, as its platform says.

    Followers are counted and are nobody: no row leads to a person, and none is ever added to
    readers. An empty number was not told; it is not 0.
    """

    account = models.ForeignKey(FollowedAccount, models.CASCADE, related_name="counts")
    day = models.DateField(_("day"))
    followers = models.PositiveIntegerField(_("followers"), null=True, blank=True)
    came = models.PositiveIntegerField(_("new"), null=True, blank=True)
    went = models.PositiveIntegerField(_("gone"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("count of followers")
        verbose_name_plural = _("counts of followers")
        ordering = ["-day", "account"]
        constraints = [
            models.UniqueConstraint(fields=["account", "day"], name="follower_count_once"),
            models.CheckConstraint(
                condition=Q(followers__isnull=False)
                | Q(came__isnull=False)
                | Q(went__isnull=False),
                name="follower_count_says_something",
            ),
        ]

    def __str__(self):
        return f"{self.account} {date_format(self.day)}"
