from crm.actions.activity import log_activity
from crm.actions.consents import set_consent
from crm.actions.people import update_reader

__all__ = ["log_activity", "set_consent", "update_reader"]
