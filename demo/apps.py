from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from core.safety import TAG
from demo.accounts import check_published_password


class DemoConfig(AppConfig):
    """The synthetic library and the published case: installed only where DEMO=on."""

    name = "demo"
    verbose_name = _("Demonstration")

    def ready(self):
        """The check runs with ``manage.py check --deploy`` alone."""
        register(check_published_password, TAG, deploy=True)
