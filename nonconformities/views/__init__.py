"""Pages of deviations and actions, one module per noun."""

from nonconformities.views.actions import action, actions
from nonconformities.views.cases import detail, index, protected, readers
from nonconformities.views.reports import draft, mine, receipt, report

__all__ = [
    "action", "actions", "detail", "draft", "index", "mine", "protected", "readers", "receipt",
    "report",
]  # fmt: skip
