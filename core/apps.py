from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import safety


class CoreConfig(AppConfig):
    """The ground under the four apps.

    No models, no addresses; an app only for its template tags, its texts, its checks and the
    commands that know the database's two roles.
    """

    name = "core"
    verbose_name = _("Ground")

    def ready(self):
        """Lets the checks of the start be known before Django runs any."""
        import_module("core.checks")
        safety.register_checks()
