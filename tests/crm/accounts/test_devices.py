"""What a list of sessions says of a browser and of the network it came from."""

import pytest

from crm.accounts.devices import origin

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/148.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Mobile/15E148 MicroMessenger/8.0.60"
)


@pytest.mark.parametrize(
    ("agent", "address", "stored"),
    [
        (CHROME, "10.1.2.3", ("Chrome", "Windows", "10.1.2.0/24")),
        (PHONE, "2001:db8::1", ("WeChat", "iPhone", "2001:db8::/48")),
        ("curl/8.5", "", ("", "", "")),
        ("x" * 9000 + "Firefox", "nonsense", ("Firefox", "", "")),
    ],
)
def test_device_and_network_are_told_from_a_request(agent, address, stored):
    assert tuple(origin(agent, address)) == stored
