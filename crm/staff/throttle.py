"""How much one program may ask of the API, and how often somebody may try tokens.

Counted in PostgreSQL. A file of its own: the REST framework loads it before any view is there.
"""

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.throttling import BaseThrottle

from core import visitors
from crm.staff import buckets


def take(whose: str, rate: str) -> float:
    """A request of a bucket that holds those of a minute: 0, or the seconds to wait."""
    tokens = buckets.per_second(rate)
    burst = max(1, round(tokens * buckets.MINUTE))
    return buckets.take("api", whose, tokens, burst)


class Throttle(BaseThrottle):
    """One bucket for each account that is signed in, one for each network without a sign-in."""

    def allow_request(self, request, view) -> bool:
        """Whether the account, or without one its network, has asked less often than it may."""
        if request.user.is_authenticated:
            self.seconds = take(f"user {request.user.pk}", settings.API_RATE)
        else:
            self.seconds = take(visitors.network_of(request), settings.API_NETWORK_RATE)
        return not self.seconds

    def wait(self) -> float:
        """Seconds, for Retry-After.

        Of the last ``allow_request``.
        """
        return self.seconds


class CountsWrongTokens:
    """Mixed into the class that knows the tokens: wrong ones from one network are counted.

    A token names no account that could be locked. Right ones are never refused.
    """

    def authenticate(self, request):
        """Raises Throttled instead once a network has sent too many wrong tokens.

        AuthenticationFailed for a wrong one until then. A request without a token is not counted.
        """
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            seconds = take(f"wrong {visitors.network_of(request)}", settings.API_NETWORK_RATE)
            if seconds:
                raise Throttled(wait=seconds) from None
            raise
