"""One QR code for posters, links and surveys."""

import xml.etree.ElementTree as ET

from django.utils.safestring import SafeString

from core.qr import qr_svg

EVIL = "https://example.org/s/a?c=<script>\"'"


def test_the_code_is_an_svg_without_style_that_the_policy_would_refuse():
    svg = qr_svg("https://example.org/s/spring?c=poster")
    root = ET.fromstring(svg)

    assert isinstance(svg, SafeString)
    assert (root.tag, root.get("class"), root.get("viewBox")) == ("svg", "qr", "0 0 33 33")
    assert [line.get("class") for line in root] == ["qr-line"]
    assert "style" not in svg


def test_the_text_is_in_the_code_and_not_in_the_markup():
    svg = qr_svg(EVIL)
    assert "script" not in svg
    assert svg != qr_svg("https://example.org/")
