"""Verbs on a person's own data: correcting, confirming an address, leaving, being erased."""

from crm.privacy.actions.binding import link_wechat, unlink_wechat
from crm.privacy.actions.leaving import (
    ask_to_leave,
    erase,
    erase_again,
    erase_due,
    erase_listed,
    stay,
)
from crm.privacy.actions.own import (
    ask_address,
    ask_correction,
    confirm_address,
    decide_correction,
    join,
    open_for_child,
    set_analytics,
    silence_listed,
)
from crm.privacy.actions.recording import (
    write_assessment,
    write_incident,
)

__all__ = [
    "ask_address",
    "ask_correction",
    "ask_to_leave",
    "confirm_address",
    "decide_correction",
    "erase",
    "erase_again",
    "erase_due",
    "erase_listed",
    "join",
    "link_wechat",
    "open_for_child",
    "set_analytics",
    "silence_listed",
    "stay",
    "unlink_wechat",
    "write_assessment",
    "write_incident",
]
