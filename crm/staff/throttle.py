"""How much one program may ask of the API, counted in PostgreSQL."""

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from core import visitors
from crm.staff import buckets


class Throttle(BaseThrottle):
    """One bucket for each account that is signed in, one for each network without a sign-in.

    A bucket holds the requests of a minute.
    """

    def allow_request(self, request, view) -> bool:
        rate, whose = settings.API_NETWORK_RATE, visitors.network_of(request)
        if request.user and request.user.is_authenticated:
            rate, whose = settings.API_RATE, f"user {request.user.pk}"

        tokens = buckets.per_second(rate)
        burst = max(1, round(tokens * buckets.MINUTE))
        self.seconds = buckets.take("api", whose, tokens, burst)
        return not self.seconds

    def wait(self) -> float:
        """Seconds, for Retry-After."""
        return self.seconds
