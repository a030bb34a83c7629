"""Views every record shares, one module per noun."""

from qms.records.views.moves import move
from qms.records.views.site import components, csrf_failure, health, page, set_language

__all__ = ["components", "csrf_failure", "health", "move", "page", "set_language"]
