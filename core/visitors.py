"""Where a request comes from.

Anybody can write an ``X-Forwarded-For``. It is believed only as far as it was written by proxies
that the installation names (``TRUSTED_PROXIES``): every address in this program comes from here.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings

Network = IPv4Network | IPv6Network
#: What a visitor's provider gives to one household or one telephone.
IPV6_PREFIX = 64


def named_networks(names: list[str]) -> list[Network]:
    """Addresses and networks of a setting; ValueError for what is neither.

    An address alone is a network of one. Bits behind the prefix are passed over.
    """
    return [ip_network(name.strip(), strict=False) for name in names]


def is_trusted(address: str) -> bool:
    """True for the address of a proxy of ours.

    By TRUSTED_PROXIES. False for what is no address, as on a unix socket.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in settings.TRUSTED_PROXIES)


def address_of(request) -> str | None:
    """The visitor's address; None where the connection has none, as on a unix socket.

    Behind a trusted proxy the one that the proxy tells of; in its normal spelling.
    """
    return address_in(request.META)


def address_in(environ: dict) -> str | None:
    """The same out of what a web server says of a request, for a door without Django's request.

    Each proxy appends whom it heard, so the header is read from the right and as long as ours are
    speaking: the first address that is no proxy of ours is the visitor's. What stands further left
    was written by the visitor.
    """
    heard = environ.get("REMOTE_ADDR", "")
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    for written in reversed(forwarded):
        if not is_trusted(heard):
            break
        address = _normal(written)
        # Our own proxy wrote what is no address: whom it heard cannot be told.
        if address is None:
            break
        heard = address
    return _normal(heard)


def network_of(request) -> str:
    """What visitors are counted by: their IPv4 address, or the /64 of their IPv6 address.

    "unknown" for all visitors whose connection has no address: they are counted together.
    """
    return network_with(address_of(request)) or "unknown"


def network_with(address: str | None) -> str:
    """The network of an address; "" where there is none.

    Of an IPv4 address the address itself. ``address`` is in its normal spelling, as ``address_of``
    gives it.
    """
    if address is None:
        return ""
    # An address is in its normal spelling here: only those of IPv6 have colons.
    if ":" in address:
        return str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))
    return address


def _normal(written: str) -> str | None:
    """One spelling of an address; None for what is none."""
    try:
        parsed = ip_address(written.strip())
    except ValueError:
        return None
    # A server that listens to both families says ::ffff:192.0.2.1 of a visitor with IPv4.
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
