"""How a request of a program says who asks.

A file of its own: the REST framework loads it by its name in the settings before any view.
"""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from crm.accounts import tokens
from crm.staff.throttle import CountsWrongTokens


class HashedTokenAuthentication(CountsWrongTokens, TokenAuthentication):
    """``Authorization: Token …``; the token is looked up by its digest."""

    def authenticate_credentials(self, key):
        """(user, row of the token); 401 with one text for whatever is wrong with it."""
        row = tokens.find(key)
        if row is None:
            raise AuthenticationFailed(_("Invalid token."))
        tokens.note_use(row)
        return row.user, row
