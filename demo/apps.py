from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """The synthetic library and the published case: installed only where DEMO=on."""

    name = "demo"
    verbose_name = _("Demonstration")
