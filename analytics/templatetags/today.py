"""Filters for the desk's first page; the words are made in its room's head.py."""

from django import template

from analytics.today.head import GROUPS
from analytics.today.items import DeskSection

register = template.Library()


@register.filter
def group_name(section: DeskSection) -> str:
    """What a group of lines is called."""
    return str(GROUPS[section.group])
