"""Form widgets that more than one app uses."""

from collections.abc import Mapping
from typing import Any

from django import forms


class ChoiceRow(forms.RadioSelect):
    """Radio buttons as big rows, each with an optional sentence that explains the choice.

    `help` maps a choice's value to its sentence; it may be filled later, in the form's __init__.
    """

    def __init__(self, *args: Any, help: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help = dict(help or {})

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the choice's sentence to what the template draws."""
        option = super().create_option(*args, **kwargs)
        option["help"] = self.help.get(str(option["value"]), "")
        return option
