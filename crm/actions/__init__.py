from crm.actions.activity import log_activity

__all__ = ["log_activity"]
