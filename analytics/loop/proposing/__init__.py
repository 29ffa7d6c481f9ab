"""From what was concluded to typed changes of named fields of the next plan. Pure.

The effect comes first: what does harm is stopped, what does nothing is made smaller, and only what
helps is made larger. What readers answered ranks only what the effect leaves open. Every kind of
change has its proposer in the registry; rooms that come later add theirs.
"""

from analytics.loop.proposing.case import Case
from analytics.loop.proposing.registry import propose, proposes

__all__ = ["Case", "propose", "proposes"]
