"""What somebody is, in sentences."""

from datetime import date

from django.utils.translation import gettext as _

from crm.readers.words import through
from crm.standings.models import Standing
from crm.standings.moving import KNOWN, NIGHT


def state_in_words(standing: Standing, day: date) -> str:
    """How it stands on ``day``: to come, over or now. A day that is not known has no say, and on
    its first and its last day it is now.
    """
    if standing.starts_on and standing.starts_on > day:
        return _("to come")
    if standing.ends_on and standing.ends_on < day:
        return _("over")
    return _("now")


def told_by(standing: Standing) -> str:
    """Who says so: the night, the reader's row before there were dates, an import by its number, or
    a source by its name.
    """
    if standing.source == NIGHT:
        return _("from the dates")
    if standing.source == KNOWN:
        return _("known before there were dates")
    if standing.import_run:
        return _("by the file of import %(n)s") % {"n": standing.import_run}
    return through(standing.source)
