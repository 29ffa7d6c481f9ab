"""Verbs of the loop: ask for an evaluation, decide about a proposal, draft the next plan."""

from analytics.loop.actions.deciding import decide
from analytics.loop.actions.drafting import draft_next
from analytics.loop.actions.requesting import request_evaluation

__all__ = ["decide", "draft_next", "request_evaluation"]
