"""Template tags of every page."""

from functools import cache
from hashlib import sha256
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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


_drawn: dict[Any, SafeString] = {}
_MOST_DRAWN = 200  # fields kept; a list has about fifteen of them


@register.simple_tag
def drawn(field: BoundField) -> SafeString:
    """Draw a field of a filter; remembered while nothing is chosen in it.

    What is remembered is found only by all that is drawn: its choices, its language, its form.
    """
    if field.value() or field.errors:
        return field.as_widget()
    key = (
        type(field.form), field.html_name, get_language(), repr(field.field.widget.attrs),
        _offered(getattr(field.field, "choices", ())),
    )  # fmt: skip
    if key not in _drawn:
        if len(_drawn) >= _MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = field.as_widget()
    return _drawn[key]


def _offered(choices: Any) -> bytes:
    """Return what tells these choices from others."""
    told = repr([(str(value), _words(label)) for value, label in choices])
    return sha256(told.encode()).digest()


def _words(label: Any) -> Any:
    is_group = isinstance(label, list | tuple)
    return [(str(value), str(word)) for value, word in label] if is_group else str(label)
