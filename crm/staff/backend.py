"""Who is let in by name and password."""

from allauth.account.auth_backends import AuthenticationBackend

from crm.staff.queries import accounts_named, name_in


class Backend(AuthenticationBackend):
    """Looks a name up once and checks one password once, whether the name exists or not.

    allauth's own asks for user name and address in turn, and so takes twice as long over an address
    that somebody has: long enough to be measured.
    """

    def _authenticate(self, request, *, password="", accounts=None, **names):
        if accounts is None:
            accounts = accounts_named(name_in(names))
        right = (user for user in accounts if self._check_password(user, password))
        return next(right, None)
