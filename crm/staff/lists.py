"""The lists of users and of the audit trail."""

from operator import methodcaller

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from core.access import may_open
from core.forms import DayInput
from core.listing import (
    NOWRAP,
    CheckFilter,
    Column,
    DateColumn,
    List,
    LongPaginator,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)
from core.moments import to_the_second
from crm.staff.details import Details, thing_in_words
from crm.staff.models import User
from crm.staff.words import in_words, subjects


# --- users ----------------------------------------------------------------------------------------
class UserFilter(FilterSet):
    q = WordsFilter(
        label=_("Name or e-mail"),
        max_length=120,
        lookups=("username__icontains", "display_name__icontains", "email__istartswith"),
    )
    role = ChoiceFilter(label=_("Role"), choices=User.Role.choices, empty_label=_("All roles"))
    suspected = CheckFilter(label=_("Perhaps opened by programs"), method="only_suspected")

    def only_suspected(self, users, _name, checked):
        """Accounts whose sign-ins looked like somebody else's.

        All accounts where the box is not checked.
        """
        return only_if_checked(users, checked, methodcaller("exclude", suspected=""))


def edit_address(record) -> str:
    """Where the user's name leads; a user has no page but the form.

    A path; who may not edit gets a 403 there.
    """
    return reverse("crm:user-edit", args=[record.pk])


class UserTable(Table):
    username = Column(_("User name"), linkify=edit_address)
    display_name = Column(_("Name shown"))
    role = Column(_("Role"), attrs=NOWRAP)
    campus = Column(_("Campus"), default=_("whole library"))
    is_active = TemplateColumn(
        template_name="crm/staff/_user_active.html",
        context_object_name="person",
        verbose_name=_("May sign in"),
    )
    last_login = DateColumn(_("Last sign-in"))


class UserList(List):
    filters = UserFilter
    table_class = UserTable
    order = ("username",)


# --- the audit trail ------------------------------------------------------------------------------
class DayFilter(DateFilter):
    """A day chosen in the browser's own calendar."""

    def __init__(self, **kwargs):
        super().__init__(widget=DayInput(), **kwargs)


class AuditFilter(FilterSet):
    # By its beginning: "segment." finds everything that was done to segments.
    action = ChoiceFilter(
        label=_("About what"),
        choices=subjects,
        empty_label=_("Everything"),
        lookup_expr="startswith",
    )
    who = CharFilter(label=_("User name"), max_length=150, field_name="user__username")
    since = DayFilter(label=_("From day"), field_name="at", lookup_expr="date__gte")
    until = DayFilter(label=_("To day"), field_name="at", lookup_expr="date__lte")


class AuditTable(Table):
    at = Column(_("When"), attrs=NOWRAP)
    user = Column(_("By whom"), attrs=NOWRAP)
    action = Column(_("Action"))
    object_type = Column(_("On what"), attrs=NOWRAP, empty_values=())
    detail = Column(_("Detail"), attrs={"td": {"class": "small muted anywhere"}}, empty_values=())

    def render_at(self, value):
        """To the second: what happened first is told by it."""
        return to_the_second(value)

    def __init__(self, *args, **kwargs):
        """The details of all rows are looked up together, once for each table."""
        super().__init__(*args, **kwargs)
        self.details = Details()

    def render_action(self, value):
        """The action in the present language."""
        return in_words(value)

    def render_detail(self, record):
        """What is said beside it, and the network address it came from.

        With dots between; "" where there is neither.
        """
        said = self.details.in_words(record.detail, record.object_type)
        if record.address:
            said.append(record.address)
        return " · ".join(said)

    def render_object_type(self, record):
        """The thing by its kind and key, as a link for whom its page would let in.

        Kind and key stay as text where there is no page, or where this person may not open it.
        """
        thing = thing_in_words(record.object_type, record.object_id)
        address = record.url()
        if address is None or not may_open(self.request.user, address):
            return thing
        return format_html('<a href="{}">{}</a>', address, thing)


class AuditList(List):
    filters = AuditFilter
    table_class = AuditTable
    # The trail is never cleared, so it grows beyond what may be counted for each page.
    paginator = LongPaginator
    order = ("-at", "-pk")
