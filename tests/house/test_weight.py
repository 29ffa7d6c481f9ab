"""What every process loads stays light."""

import subprocess
import sys

from ops import local
from tests import servers

RENDER = """
import sys
from django.template.loader import get_template
get_template("campaigns/sending/_mail_footer.html")
print(sorted({"scipy", "statsmodels", "pandas", "plotly"} & sys.modules.keys()))
"""


def test_a_template_does_not_wait_for_statistics(db):
    """Django's engine imports every template library of every app with the first template.

    A mail worker that had to load scipy before its first mail would lose seconds per process.
    """
    code = f"import django; django.setup(){RENDER}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=local.BASE_DIR,
        env=servers.environment(DJANGO_SETTINGS_MODULE="config.settings"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
