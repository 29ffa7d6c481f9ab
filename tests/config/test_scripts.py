"""Scripts that consist of scripts become one."""

import pytest

from config.scripts import ScriptError, joined, lean

FILES = {
    "js/portal.js": '// All pages.\nimport "./theme.js";\nimport "./forms.js";\nstart();\n',
    "js/theme.js": "// The switch.\nconst root = 1;\n",
    "js/forms.js": "const root = 2; // its own\n",
}


def read(name: str) -> str:
    if name not in FILES:
        raise FileNotFoundError(name)
    return FILES[name]


def test_imports_become_blocks_that_keep_their_names():
    assert lean(joined("js/portal.js", read)) == (
        "{\nconst root = 1;\n}\n{\nconst root = 2; // its own\n}\nstart();\n"
    )


def test_script_without_imports_stays_as_it_is():
    assert joined("js/theme.js", read) == FILES["js/theme.js"]


def test_address_in_a_text_is_no_comment():
    text = 'const a = "https://example.org";\n  // a comment\nconst b = 1;\n'
    assert lean(text) == 'const a = "https://example.org";\nconst b = 1;\n'


def test_script_that_is_not_there_is_named_with_the_one_that_imports_it(monkeypatch):
    monkeypatch.delitem(FILES, "js/forms.js")
    with pytest.raises(ScriptError, match=r"^js/portal\.js imports js/forms\.js, which is not th"):
        joined("js/portal.js", read)


@pytest.mark.parametrize("text", ['import "./more.js";\n', "export const a = 1;\n"])
def test_script_that_only_a_module_of_its_own_may_be_is_refused(monkeypatch, text):
    monkeypatch.setitem(FILES, "js/theme.js", text)
    with pytest.raises(ScriptError, match="imports or exports something itself"):
        joined("js/portal.js", read)
