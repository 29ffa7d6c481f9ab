"""Filters for the desk's first page; the words are made in its room's words.py."""

from django import template

from analytics.today.items import Section
from analytics.today.words import GROUPS

register = template.Library()


@register.filter
def group_name(section: Section) -> str:
    """What a group of lines is called."""
    return str(GROUPS[section.group])
