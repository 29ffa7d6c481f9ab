"""Where a link may lead, and where it would lead astray."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.contents import targets


@pytest.mark.parametrize(
    "target",
    [
        *(
            "//evil.org",
            "/\\evil.org",
            "\\\\evil.org",
            "javascript:alert(1)",
            "JaVaScRiPt:1",
            "data:text/html,x",
        ),
        *(
            "http://",
            "https:///x",
            "ftp://a.org",
            "/a\tb",
            "/a\nb",
            "http://a.org/\r\nX: 1",
            "",
            "evil.org",
            "/a b",
        ),
        *(
            "https://user:pw@evil.org",
            "https://a.org:99999999/",
            "http://[::1",
            "/" + "a" * 600,
            "/\x00",
            "/\u2028",
        ),
    ],
)
def test_target_that_could_lead_astray_is_refused_when_saved(target):
    """Fault 39. A link of ours must not become an open redirect."""
    with pytest.raises(ValidationError):
        targets.check_target(target)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("https://ex.org/路?q=1#x", "https://ex.org/路?q=1#x"),
        ("/s/welcome/", "/s/welcome/"),
        ("http://127.0.0.1:8000/s/x/", "/s/x/"),
        ("HTTP://127.0.0.1:8000/s/X?a=1#q2", "/s/X?a=1#q2"),
        # Another scheme, another port, no path: not an address of this site, as far as one knows.
        ("https://127.0.0.1:8000/s/x/", "https://127.0.0.1:8000/s/x/"),
        ("http://127.0.0.1/s/x/", "http://127.0.0.1/s/x/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000.evil.org/", "http://127.0.0.1:8000.evil.org/"),
    ],
)
def test_target_is_stored_as_typed_or_as_a_path_of_this_site(typed, stored):
    if "evil" in typed:
        with pytest.raises(ValidationError):  # a port is a number
            targets.check_target(typed)
    else:
        assert targets.check_target(typed) == stored


@pytest.mark.parametrize(
    ("base", "typed", "stored"),
    [
        ("https://Library.example.org", "HTTPS://LIBRARY.example.ORG/s/x", "/s/x"),
        ("https://library.example.org", "https://library.example.org:443/s/x", "/s/x"),
        ("http://library.example.org:80", "http://library.example.org/s/x", "/s/x"),
        # In 0.1 these lost the key: the same site by the other scheme, its last dot, its letters.
        ("https://library.example.org", "http://library.example.org/s/x?a=1#q", "/s/x?a=1#q"),
        ("http://library.example.org", "HTTPS://Library.Example.org:443/s/x", "/s/x"),
        ("https://library.example.org", "https://library.example.org./s/x", "/s/x"),
        ("https://图书馆.example", "https://xn--3kq33q6w9b.example/s/x", None),
        ("https://bücher.example", "https://xn--bcher-kva.example/s/x", "/s/x"),
        ("https://xn--bcher-kva.example", "https://BÜCHER.example/s/x", "/s/x"),
        ("https://library.example.org", "https://library.example.org:8443/s/x", None),
        ("https://library.example.org", "https://library.example.org.evil.example/s/x", None),
    ],
)
def test_address_of_this_site_is_known_in_every_spelling(settings, base, typed, stored):
    settings.BASE_URL = base
    assert targets.check_target(typed) == (stored or typed)


@pytest.mark.parametrize(
    "typed",
    [
        "http://127.0.0.1:8000//evil.org/",
        "HTTP://127.0.0.1:8000//evil.org/",
        "http://127.0.0.1:8000/\\evil.org",
        "ht\ttp://127.0.0.1:8000//evil.org/",
        "http://127.0.0.1:8000@evil.org/",
    ],
)
def test_address_that_only_looks_like_this_sites_is_refused(typed):
    with pytest.raises(ValidationError):
        targets.check_target(typed)
