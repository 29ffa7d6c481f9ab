"""Segments: groups of readers defined by a rule (see docs/adr for the language)."""

from crm.segments.compile import compile_rule, compile_segment
from crm.segments.refresh import Diff, TooSlow, count, refresh, refresh_all
from crm.segments.rule import Fault, Rule, RuleError, validate
from crm.segments.words import explain

__all__ = [
    "Diff",
    "Fault",
    "Rule",
    "RuleError",
    "TooSlow",
    "compile_rule",
    "compile_segment",
    "count",
    "explain",
    "refresh",
    "refresh_all",
    "validate",
]
