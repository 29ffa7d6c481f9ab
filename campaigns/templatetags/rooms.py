from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def figure(value: Decimal) -> str:
    """A stored decimal without needless zeros: 3000.00 → 3,000, 4.30 → 4.3."""
    return f"{value.normalize():,f}"
