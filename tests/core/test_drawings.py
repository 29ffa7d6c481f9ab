"""Drawings: files that a page may load, and the same one for the same row."""

import gzip
import xml.etree.ElementTree as ElementTree

import pytest
from django.conf import settings

from core.drawings import DRAWINGS, drawing_for

FOLDER = settings.BASE_DIR / "static" / "img" / "illustrations"
FILES = sorted(FOLDER.iterdir())
#: What one may weigh, compressed: bytes.
MOST = 12 * 1024


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_drawing_is_small_and_needs_neither_style_nor_filter(path):
    data = path.read_bytes()
    assert len(gzip.compress(data)) <= MOST
    root = ElementTree.fromstring(data)
    assert {"viewBox", "width", "height"} <= root.attrib.keys()
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert tags <= {"svg", "g", "path", "circle", "text"}
    assert not [one for one in root.iter() if "style" in one.attrib or "filter" in one.attrib]
    assert b"var(" not in data
    assert b"href" not in data


def test_every_drawing_to_choose_from_is_a_file():
    assert set(DRAWINGS) <= {path.stem for path in FILES}
    assert len(set(DRAWINGS)) == len(DRAWINGS)


def test_row_keeps_its_drawing_and_neighbours_have_others():
    assert drawing_for(7) == drawing_for(7)
    chosen = [drawing_for(pk) for pk in range(100, 100 + len(DRAWINGS))]
    assert sorted(chosen) == sorted(DRAWINGS)
