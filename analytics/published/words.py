"""What a look through the chains says.

A break is stored as a code with its values, so that everybody reads it in their own language.
"""

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.published.models import CHAIN_NAMES
from core.holds import kind_of
from core.moments import stored_day_or_moment

SENTENCES = {
    "missing_between": gettext_noop(
        "%(chain)s: a seal is missing between %(before)s and %(after)s"
    ),
    "does_not_follow": gettext_noop(
        "%(chain)s %(number)s: it does not follow on the seal before it"
    ),
    "rewritten": gettext_noop("%(chain)s %(number)s: the seal itself was rewritten"),
    "seal_of_nobody": gettext_noop(
        "%(chain)s %(number)s: this seal was not made by the portal, though its hashes may fit"
    ),
    "seals_of_another_key": gettext_noop(
        "%(chain)s: seals made under another key: %(n)s, the first of them number %(number)s."
        " If PRIVACY_KEY was changed, the one of before; else somebody put them in"
    ),
    "look_of_nobody": gettext_noop("%(row)s: this look was not written by the portal"),
    "looks_of_another_key": gettext_noop(
        "Looks written under another key: %(n)s, the first of them %(row)s."
        " If PRIVACY_KEY was changed, the one of before; else somebody put them in"
    ),
    "rows_unspoken": gettext_noop("%(table)s: rows that no seal speaks of: %(n)s"),
    "not_sealed": gettext_noop("%(chain)s: %(row)s was never sealed"),
    "row_is_missing": gettext_noop("%(chain)s %(number)s: %(row)s is missing"),
    "row_was_added": gettext_noop("%(chain)s %(number)s: %(row)s was added after the publication"),
    "field_differs": gettext_noop("%(chain)s %(number)s: %(row)s differs in %(field)s"),
    "head_is_gone": gettext_noop(
        "%(chain)s: seal %(number)s, the last one on %(at)s, is gone or another"
    ),
    "noted_is_gone": gettext_noop(
        "%(chain)s: seal %(number)s, noted in the list %(file)s, is gone or another"
    ),
    "state_without_decision": gettext_noop(
        "%(row)s: the state %(state)s does not follow from its decision"
    ),
    "observed_otherwise": gettext_noop(
        "%(row)s differs in %(field)s from what %(evaluation)s says"
    ),
    "figures_without_inputs": gettext_noop(
        "%(row)s: the figures do not follow from its frozen inputs"
    ),
    "month_differs": gettext_noop("%(month)s: %(figure)s is not what was published"),
    "foreign_answer_key": gettext_noop(
        "%(row)s: no worker of this portal vouches for the key of anonymous answers"
    ),
    "lock_was_off": gettext_noop("%(row)s: it was locked, and the lock was taken off since"),
    "unlike_record": gettext_noop(
        "%(row)s differs in %(field)s from what it was locked with and what was changed on record"
    ),
    "change_is_untold": gettext_noop(
        "%(row)s: it does not say how it differs from the publication before it"
    ),
    "reason_is_untrue": gettext_noop(
        "%(row)s: it is not what its seal says of the publication before it"
    ),
}


def sentence(stored: dict | str) -> str:
    """A stored break in the current language; those of earlier versions are sentences already.

    KeyError for a code that no version wrote.
    """
    if isinstance(stored, str):
        return stored
    values = dict(stored["values"])
    if "chain" in values:
        values["chain"] = CHAIN_NAMES.get(values["chain"], values["chain"])
    if "at" in values:
        values["at"] = stored_day_or_moment(values["at"])
    if "table" in values:
        values["table"] = rows_of(values["table"])
    template = SENTENCES[stored["code"]]
    return _(template) % values


def rows_of(table: str) -> str:
    """What the rows of a table are called, in the current language; a table that no model has keeps
    its own name.
    """
    for model in apps.get_models():
        if model._meta.db_table == table:
            return kind_of(model)
    return table
