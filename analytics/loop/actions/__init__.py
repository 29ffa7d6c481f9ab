"""Verbs of the loop: ask for an evaluation, decide about a proposal, draft the next plan."""

from analytics.loop.actions.deciding import answer_second, decide
from analytics.loop.actions.drafting import draft_next
from analytics.loop.actions.requesting import request_evaluation
from analytics.loop.actions.telling import send_to_decider, tell_deciders

__all__ = [
    "answer_second",
    "decide",
    "draft_next",
    "request_evaluation",
    "send_to_decider",
    "tell_deciders",
]
