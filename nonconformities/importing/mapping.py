"""What has been chosen about a register, as a file that people can read, mend and use again."""

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonconformities.importing.columns import Column
from nonconformities.importing.preparing import Preparation
from qms.records.importing.words import alike

_PLAIN = ("unit", "personal", "due_on")


def written(preparation: Preparation) -> str:
    """Return the mapping as JSON; names that nobody has chosen for stand with what is suggested."""
    chosen = preparation.chosen
    names: dict[str, dict[str, str]] = {}
    for question in preparation.questions():
        names.setdefault(question.kind, {})[question.text] = question.suggestion
    mapping = {
        "register": preparation.row.register,
        "sheet": chosen["sheet"],
        "heading": chosen["heading"],
        "columns": [
            [preparation.table.name(place), column]
            for place, column in enumerate(chosen["columns"])
        ],
        **{name: chosen[name] for name in _PLAIN},
        "names": names,
    }
    return json.dumps(mapping, ensure_ascii=False, indent=2) + "\n"


def read(path: Path) -> dict[str, Any]:
    """Return a mapping. Raises ValidationError when the file is none."""
    try:
        mapping = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise ValidationError(_("The mapping cannot be read: %s") % fault) from fault
    if not isinstance(mapping, dict) or not isinstance(mapping.get("names", {}), dict):
        raise ValidationError(_("The mapping cannot be read: %s") % path.name)
    return mapping


def apply(mapping: dict[str, Any], preparation: Preparation) -> None:
    """Choose what the mapping says of sheet and columns. Raises ValidationError."""
    if "heading" in mapping or "sheet" in mapping:
        sheet = mapping.get("sheet", preparation.chosen["sheet"])
        preparation.examine(sheet, mapping.get("heading", 0))
    if columns := mapping.get("columns"):
        preparation.chosen["columns"] = _columns(columns, preparation)
    preparation.chosen.update({name: mapping[name] for name in _PLAIN if name in mapping})
    preparation.row.register = mapping.get("register") or preparation.row.register


def names_of(mapping: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return what the names mean, by the text made alike."""
    return {
        kind: {alike(text): code for text, code in names.items()}
        for kind, names in mapping.get("names", {}).items()
    }


def _columns(pairs: list[list[str]], preparation: Preparation) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for name, column in pairs:
        if column not in Column.values:
            raise ValidationError(
                _("There is no column “%(column)s”. Columns are: %(known)s.")
                % {"column": column, "known": ", ".join(Column.values)}
            )
        by_name.setdefault(name, []).append(column)
    names = [preparation.table.name(n) for n in range(len(preparation.chosen["columns"]))]
    return [by_name[name].pop(0) if by_name.get(name) else str(Column.OTHER) for name in names]
