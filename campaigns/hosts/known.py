"""Which hosts links of the library may lead to: its own, and those approved on the desk."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from campaigns.hosts.models import LinkHost
from campaigns.hosts.names import host_of


def approved_hosts() -> set[str]:
    """The hosts approved on the desk, as ``names.normal_host`` gives them; in one statement."""
    return set(LinkHost.objects.approved().values_list("host", flat=True))


def is_known(target: str, approved: Iterable[str]) -> bool:
    """Whether a stored target leads to a page of ours, of the library, or to an approved host.

    What is written so that a person may read another host than a browser is known nowhere: so are
    backslashes, which browsers take for slashes, and control characters, which they leave out.
    """
    if "\\" in target or not target.isprintable():
        return False
    if is_our_page(target):
        return True

    host = host_of(target)
    return is_the_librarys(host) or host in approved


def is_our_page(target: str) -> bool:
    """Whether a target is a path of this site; two slashes would begin the name of a host."""
    return target.startswith("/") and not target.startswith("//")


def is_taken_off(target: str) -> bool:
    """Whether a stored target leads to a host whose approval was taken back. Asks the database only
    where it is no page of ours or of the library.
    """
    if is_our_page(target):
        return False
    host = host_of(target)
    if is_the_librarys(host):
        return False
    return LinkHost.objects.removed().filter(host=host).exists()


def is_the_librarys(host: str) -> bool:
    """Whether it is this site's host or one of the settings; one that begins with a dot stands for
    all below it. False for an empty one.
    """
    if not host:
        return False
    own = urlsplit(settings.BASE_URL).hostname
    if host in {own, *settings.LINK_HOSTS}:
        return True
    all_below = tuple(entry for entry in settings.LINK_HOSTS if entry.startswith("."))
    return host.endswith(all_below)


def unknown_among(targets: Iterable[str]) -> list[str]:
    """Those targets that lead to no known host, in order; empty where all do. One statement for all
    of them.
    """
    approved = approved_hosts()
    return [target for target in targets if not is_known(target, approved)]


def check_hosts(targets: Iterable[str]) -> None:
    """Raises ValidationError naming every target whose host is not known, all in one; nothing where
    all are known.
    """
    refused = []
    for target in unknown_among(targets):
        # What is invisible or foreign is spelt out, so that nobody is led to approve a look-alike.
        spelt_out = ascii(target[:80])
        refused.append(
            _("%(target)s leads to a host that is not known. A manager can approve it under Links.")
            % {"target": spelt_out}
        )
    if refused:
        raise ValidationError(refused)
