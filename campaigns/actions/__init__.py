"""Verbs of campaigns."""

from campaigns.actions.launching import (
    Launched,
    Refused,
    blocks,
    in_words,
    launch_content,
    pause,
    resend_unknown,
    resume,
    save_content,
    send_test,
)

__all__ = [
    "Launched",
    "Refused",
    "blocks",
    "in_words",
    "launch_content",
    "pause",
    "resend_unknown",
    "resume",
    "save_content",
    "send_test",
]
