from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Readers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """After each migration the function that erases a person is made anew."""
        erasing = import_module("crm.privacy.erasing")
        post_migrate.connect(erasing.install, sender=self)
