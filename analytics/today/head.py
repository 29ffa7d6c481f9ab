"""What stands above the lines of the desk's first page: the one thing to know first, what it leaves
out, and what each group of lines is called.
"""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from analytics.today.items import Group
from core.localised import running
from core.numbers import number

#: What each group of lines is called.
GROUPS = {
    Group.LATE: pgettext_lazy("a line", "Overdue"),
    Group.STILL: pgettext_lazy("a line", "Standing still"),
    Group.TODAY: pgettext_lazy("a line", "Today"),
    Group.LATER: pgettext_lazy("a line", "Later"),
}


def headline(late: int, today: int) -> str:
    """The one thing to know first; how much is late before what is due today."""
    if late:
        return ngettext("One thing is overdue", "%(n)s things are overdue", late) % {
            "n": number(late)
        }
    if today:
        return ngettext("One thing is due today", "%(n)s things are due today", today) % {
            "n": number(today)
        }
    return _("Nothing is due today")


def lead(late: int, today: int, still: int) -> str:
    """What the headline leaves out: what is due today beside what is late, and how much stands
    still. Else empty.
    """
    return running([due_beside(late, today), standing(still)])


def standing(still: int) -> str:
    """How many things stand still; empty for none."""
    if not still:
        return ""
    return ngettext("One thing stands still.", "%(n)s things stand still.", still) % {
        "n": number(still)
    }


def due_beside(late: int, today: int) -> str:
    """What is due today beside what is late; empty where nothing is late."""
    if not late:
        return ""
    if not today:
        return _("Nothing else is due today.")
    return ngettext("One more is due today.", "%(n)s more are due today.", today) % {
        "n": number(today)
    }
