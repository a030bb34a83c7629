"""Template tags of every page."""

from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from qms.organization.models import User
from qms.records.models import Record

register = template.Library()


_ICONS = {
    "done": "circle-check", "active": "circle-dot", "soon": "clock", "late": "octagon-alert",
    "waiting": "hourglass", "na": "circle-slash",
}  # fmt: skip


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon, an id in img/icons.svg; remembered, for a list draws a hundred of them."""
    address = f"{static('img/icons.svg')}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def state_label(look: str, word: Any, name: str = "") -> SafeString:
    """Draw a state label: the look's own icon, or the one named, and the word. Never a link."""
    drawn = icon(name or _ICONS.get(look, "circle-dashed"))
    label = '<span class="state {}">{}<span class="state-word">{}</span></span>'
    return format_html(label, look, drawn, word)


@register.simple_tag
def state(record: Record) -> SafeString:
    """Draw the state label of a record."""
    shown = record.state
    return state_label(shown["look"], shown["word"])


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
