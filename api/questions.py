"""Questions: the form of a verb said as JSON, and JSON answers given to the same form."""

import json
from collections.abc import Iterator
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.choices import flatten_choices
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from api.problems import Stopped, wrong_answers
from qms.records.fields import FilesField

AnyForm = TypeVar("AnyForm", bound=forms.Form)
Answers = tuple[QueryDict, MultiValueDict]

# The first that fits says the kind; what is left is text.
_KINDS: list[tuple[type[forms.Field], str]] = [
    (FilesField, "files"),
    (forms.BooleanField, "yes or no"),
    (forms.ModelMultipleChoiceField, "several choices"),
    (forms.MultipleChoiceField, "several choices"),
    (forms.ChoiceField, "choice"),
    (forms.ModelChoiceField, "choice"),
    (forms.DateTimeField, "date and time"),
    (forms.DateField, "date"),
    (forms.IntegerField, "number"),
    (forms.UUIDField, "uuid"),
]

BODY: dict[str, Any] = {
    "requestBody": {
        "required": False,
        "content": {
            "application/json": {"schema": {"type": "object", "additionalProperties": True}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                    "additionalProperties": {"type": "string"},
                }
            },
        },
    }
}


def described(form: forms.Form) -> list[dict[str, Any]]:
    """Return the questions of a form, each with its name, its kind and what may be answered."""
    return [_question(form[name]) for name in form.fields if name != "seen"]


def _question(asked: forms.BoundField) -> dict[str, Any]:
    field = asked.field
    kind = next((kind for of, kind in _KINDS if isinstance(field, of)), "text")
    return {
        "name": asked.name,
        "question": str(asked.label or ""),
        "help": str(asked.help_text),
        "kind": kind,
        "required": field.required,
        "choices": list(_choices(field)) or None,
        "most": getattr(field, "max_length", None),
        "value": None if kind == "files" else _plain(asked.value()),
    }


def _choices(field: Any) -> Iterator[dict[str, str]]:
    pairs: Any = flatten_choices(getattr(field, "choices", []))
    for each, label in pairs:
        if (value := str(getattr(each, "value", each))) != "":
            yield {"value": value, "label": str(label)}


def _plain(value: Any) -> Any:
    """Return what a field begins with, as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set):
        return [_plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def answers_in(request: HttpRequest) -> Answers:
    """Return what was sent, JSON or a form with files, as forms read it.

    Raises Stopped when it is neither, or not an object of plain values.
    """
    if request.content_type == "multipart/form-data":
        return request.POST, request.FILES
    if request.content_type != "application/json" and request.body:
        raise Stopped(415, _("Send JSON, or a form with files (multipart/form-data)."))
    data, none = QueryDict(mutable=True), MultiValueDict[str, Any]()
    for name, value in _object_in(request.body).items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in values):
            raise wrong_answers({name: [_("Send a plain value, or a list of plain values.")]})
        data.setlist(
            name, [_as_typed(each) for each in values if each is not None and each is not False]
        )
    return data, none


def _object_in(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
        json.dumps(found, ensure_ascii=False).encode()  # half of a sign (a lone surrogate) has none
    except (ValueError, RecursionError):
        raise Stopped(400, _("What was sent could not be read as JSON.")) from None
    if not isinstance(found, dict):
        raise Stopped(400, _("Send an object: names of questions with their answers."))
    return found


def _as_typed(value: Any) -> str:
    """Return a value as a browser would send it."""
    return "on" if value is True else str(value)


def require_known(form: forms.Form, answers: Answers) -> None:
    """Raise Stopped when something is answered that nobody asked: a misspelt name is a fault."""
    unknown = [name for data in answers for name in data if name not in form.fields]
    if unknown:
        raise wrong_answers({name: [_("There is no such question.")] for name in unknown})


def faults_in(form: forms.Form) -> dict[str, list[str]]:
    """Return what is wrong with the answers, by question; what concerns them all under ""."""
    return {
        "" if name == "__all__" else name: [str(each) for each in errors]
        for name, errors in form.errors.items()
    }
