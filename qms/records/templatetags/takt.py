"""Template tags of every page."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qms.organization.models import User
from qms.records.models import Record

register = template.Library()


@register.inclusion_tag("partials/state.html")
def state(record: Record) -> dict[str, str]:
    """Draw the state label of a record."""
    return record.state


@register.filter
def heading_for(record: Record, user: User) -> str:
    """Return the record's heading as the reader may see it."""
    return record.heading_for(user)


@register.filter
def text_for(record: Any, user: User) -> str:
    """Return the record's text as the reader may see it."""
    return record.text_for(user)


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], record: Record, verb: str) -> bool:
    """Return True when the reader may do it now: {% may record "assess" as x %}."""
    return record.allows(context["request"].user, verb)


@register.simple_tag(takes_context=True)
def author(context: dict[str, Any]) -> SafeString | str:
    """Draw the hidden field that says for whom a form was drawn (see qms.organization.held)."""
    token = context.get("author_token")
    return format_html('<input type="hidden" name="author" value="{}">', token) if token else ""


@register.filter
def thousands(number: int) -> str:
    """Return a whole number with a thin space between the thousands: 12 400."""
    return f"{number:,}".replace(",", "\u202f")
