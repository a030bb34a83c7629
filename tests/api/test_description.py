"""The description of the API is true: whatever it allows to be sent, nothing breaks (schemathesis).

Every operation is asked the same odd things each time: the examples follow from the description.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.v1 import api
from documents.models import Document
from nonconformities.models import Action, Nonconformity
from qms.records import forms
from tests.api.conftest import key_of
from tests.planted import a_category, action_at, case_at
from tests.planted_documents import document_at, version_at

EXAMPLES = 12
CHECKS: Any = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
QUIET = limits(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    phases=[Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=50), st.just("2026-02-30"),
    st.sampled_from(["1", "4", "whys", "corrective", "yes", "9999-12-31", "0001-01-01", "\x00"]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.none()),
)  # fmt: skip


@pytest.fixture
def site(cast: Any, units: Any, base: Any, settings: Any, tmp_path: Any) -> Iterator[Any]:
    """The site in this very process, with a case in every state, and how to ask it."""
    settings.MEDIA_ROOT, settings.API_CALLS_A_MINUTE = tmp_path, 1_000_000
    with override_settings(ALLOWED_HOSTS=["*"]):
        for state in ("reported", "assessed", "investigating", "action", "effect_check", "closed"):
            case = case_at(
                state, units.north, cast.anna, category=a_category(), responsible=cast.bo
            )
            action_at("planned", case, cast.bo)
            action_at("done", case, cast.anna, done_by=cast.anna)
        version_at("in_force", document_at(units.north, owner=cast.bo), cast.anna)
        held = (signals.request_started, signals.request_finished)
        for signal in held:  # it would close the connection that holds the test's transaction
            signal.disconnect(close_old_connections)
        schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
        schema.app = get_wsgi_application()
        schema.config.generation.update(allow_x00=False)
        yield schema
        for signal in held:
            signal.connect(close_old_connections)


def _numbers(label: str) -> list[str]:
    if "/documents" in label:
        return list(Document.objects.order_by("pk").values_list("number", flat=True))
    model: Any = Action if "/actions" in label else Nonconformity
    return list(model.objects.order_by("pk").values_list("number", flat=True))


def _answers() -> Any:
    """Return odd answers to the very questions that the verbs ask."""
    names = {name for form in forms._forms.values() for name in form.base_fields}
    return st.dictionaries(st.sampled_from(sorted(names)), ODD, max_size=6)


def _verbs(label: str) -> list[str]:
    return list((Action if "/actions" in label else Nonconformity).moves())


def _odd(case: Any, data: Any) -> Any:
    """Return the case, mostly about records that are there and verbs that exist."""
    label, known = case.operation.label, case.path_parameters or {}
    if "number" in known and data.draw(st.integers(0, 3)):
        known["number"] = data.draw(st.sampled_from(_numbers(label)))
    if "verb" in known and data.draw(st.integers(0, 3)):
        known["verb"] = data.draw(st.sampled_from(_verbs(label)))
        case.body, case.media_type = data.draw(_answers()), "application/json"
    return case


def _asked(operation: Any, headers: dict[str, str]) -> int:
    """Ask one operation what its description allows, and half of what it does not."""
    count = 0

    def ask(case: Any, data: Any) -> None:
        nonlocal count
        answer = _odd(case, data).call(headers=headers)
        count += 1
        case.validate_response(answer, checks=CHECKS)

    modes = [GenerationMode.POSITIVE]
    if operation.path_parameters.items or operation.query.items or operation.body.items:
        modes.append(GenerationMode.NEGATIVE)  # what asks for nothing cannot be asked wrongly
    for mode in modes:
        QUIET(given(case=operation.as_strategy(generation_mode=mode), data=st.data())(ask))()
    return count


def _everything(site: Any) -> list[Any]:
    return [found.ok() for found in site.get_all_operations()]


def test_nothing_breaks_for_somebody_who_may_do_most(
    site: Any, cast: SimpleNamespace, record_property: Any
) -> None:
    headers = {"Authorization": f"Bearer {key_of(cast.bo)}"}
    count = sum(_asked(operation, headers) for operation in _everything(site))
    record_property("examples", count)
    assert count > 300


@pytest.mark.parametrize("key", ["takt_fel", "", "takt_" + "x" * 5000])
def test_a_wrong_key_opens_nothing_at_all(site: Any, key: str) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    known = {
        "number": "AVV-2026-0001", "verb": "assess", "code": "SOF", "uid": "0" * 32,
        "edition": "iso9001-2026",
    }  # fmt: skip
    for operation in _everything(site):
        case = operation.Case(path_parameters=known)
        assert case.call(headers=headers).status_code == 401, operation.label
