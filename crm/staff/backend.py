"""Who is let in by name and password."""

from allauth.account.auth_backends import AuthenticationBackend

from crm.staff.models import User


class Backend(AuthenticationBackend):
    """allauth's own: any writing of a name means its account, and some accounts are shut out."""

    def authenticate(self, request, **credentials):
        """The user, or None."""
        person = User.objects.named(credentials.get("username") or "")
        if person is not None:
            credentials["username"] = person.username

        user = super().authenticate(request, **credentials)
        # allauth keeps who was refused in spite of the right password, and lets them go on to a
        # page that says why. It knows of accounts that are inactive, and would let others in.
        refused = self.unstash_authenticated_user()
        if refused is not None and not refused.is_active:
            self._stash_user(refused)
        return user

    def user_can_authenticate(self, user):
        """Asked at the sign-in, and for the owner of a session at every request."""
        return user.may_sign_in
