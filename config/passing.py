"""What every middleware of ours begins as."""


class Middleware:
    """Passes the request on to the next one, and what comes back as it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)
