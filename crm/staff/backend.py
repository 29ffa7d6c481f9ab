"""Who is let in by name and password."""

from allauth.account.auth_backends import AuthenticationBackend

from crm.staff.queries import accounts_named, name_in


class Backend(AuthenticationBackend):
    """Looks a name up once and checks one password once, whether the name exists or not.

    allauth's own asks for user name and address in turn, and so takes twice as long over an address
    that somebody has: long enough to be measured.
    """

    def authenticate(self, request, **credentials):
        """The user, or None.

        By a name or an e-mail address and a password, among ``credentials``. Accounts that may not
        sign in are refused here, too.
        """
        user = super().authenticate(request, **credentials)
        # allauth keeps who was refused in spite of the right password, and lets them go on to a
        # page that says why. It knows of accounts that are inactive, and would let others in.
        refused = self.unstash_authenticated_user()
        if refused is not None and not refused.is_active:
            self._stash_user(refused)
        return user

    def _authenticate(self, request, *, password="", accounts=None, **names):
        """The first of the accounts of that name whose password this is; None for none."""
        if accounts is None:
            accounts = accounts_named(name_in(names))
        for user in accounts:
            if self._check_password(user, password):
                return user
        return None

    def user_can_authenticate(self, user):
        """Asked at the sign-in, and for the owner of a session at every request.

        False also ends sessions that are open: Django asks it for the owner of each.
        """
        return user.may_sign_in
