from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core.safety import TAG
from crm.staff.safety import check_demonstration_accounts


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Readers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Checks at the start; after each migration the functions that erase a person and join two
        records anew, and the library's time zone.
        """
        register(check_demonstration_accounts, TAG, deploy=True)
        erasing = import_module("crm.privacy.erasing")
        moving = import_module("crm.merges.moving")
        zone = import_module("crm.readers.zone")
        post_migrate.connect(erasing.install, sender=self)
        post_migrate.connect(moving.install, sender=self)
        post_migrate.connect(zone.install, sender=self)
