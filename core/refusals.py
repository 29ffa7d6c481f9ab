"""The one way in which a verb says no."""


class Refused(Exception):
    """The step cannot be taken now; the message says why, in words for the person who asked."""


class Conflict(Refused):
    """Something else was kept under the same id already; what came now was not."""


class Overtaken(Refused):
    """Somebody else did or wrote something meanwhile that whoever asked has not seen yet."""
