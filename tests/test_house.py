"""The house stands as ARCHITECTURE.md says: borders, verbs, states, words and sizes."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from importlinter.cli import lint_imports

from nonconformities.models import Action
from qms.records.forms import MoveForm
from qms.records.models import Record
from qms.records.workflow import Move
from tests import matrix
from tests.planted import case_at
from tools import messages

ROOT = Path(__file__).resolve().parent.parent
APPS = ("qms", "documents", "nonconformities", "audits", "reviews", "progress", "api")
CODE = [
    p for app in APPS for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts
]
TOOLS = sorted((ROOT / "tools").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
RECORDS = [model for model in apps.get_models() if issubclass(model, Record)]
VERBS = [(model, move) for model in RECORDS for move in model.moves().values()]

OPEN_TO_ALL_WHO_SEE = {
    "comment",
    "try_out",
}  # verbs without duty or person: whoever sees the record
FOLDED = {  # questions that together are one argument of the verb
    "add_cause": ({f"why_{n}" for n in range(1, 6)}, "texts"),
    "send_to_review": (
        {f"{part}_{n}" for part in ("reviewer", "deputy") for n in range(1, 5)}, "reviewers",
    ),
    "ask_readers": ({f"reader_{n}" for n in range(1, 4)}, "readers"),
}  # fmt: skip


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _verb_id(pair: tuple[type[Record], Move]) -> str:
    return f"{pair[0].__name__}.{pair[1].name}"


each_verb = pytest.mark.parametrize("pair", VERBS, ids=_verb_id)
each_record = pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)


# --- Borders ---------------------------------------------------------------------------------


def test_imports_go_downward_only() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_no_address_stands_outside_the_matrix() -> None:
    assert {row.name for row in matrix.PAGES} == set(matrix.names_of_addresses())


def test_every_verb_stands_in_the_matrix() -> None:
    assert {(model._meta.model_name, move.name) for model, move in VERBS if not move.by_clock} == {
        (row.record, row.verb) for row in matrix.VERBS
    }


def _statements(path: Path) -> Iterator[str]:
    """Yield each simple statement of a module as text."""
    source = path.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            yield ast.get_source_segment(source, node) or ""


def test_views_fetch_only_what_the_person_may_see() -> None:
    names = "|".join(model.__name__ for model in RECORDS)
    asked = re.compile(rf"\b(?:{names}|model)\.objects\b|get_object_or_404\((?:{names})\b")
    for path in (p for p in CODE if "views" in _name(p) or _name(p).startswith("api/")):
        for statement in _statements(path):
            if asked.search(statement):
                assert re.search(r"visible_to\(|readable_to\(|reported_by=", statement), (
                    f"{_name(path)}: {statement}"
                )


def test_only_appointments_give_rights() -> None:
    forbidden = re.compile(r"\.has_perm\(|\.is_staff\b|\bassign_perm\b|\.groups\.|is_superuser\b")
    found = [_name(path) for path in CODE if forbidden.search(path.read_text())]
    assert found == ["qms/organization/models/appointment.py"]
    asked = re.compile(r"\bperms\.|\.is_staff|\.is_superuser")
    assert [_name(p) for p in TEMPLATES if asked.search(p.read_text())] == []


def test_quality_records_are_never_deleted() -> None:
    deleted = re.compile(r"\.delete\(\)")
    at_work = [
        path for path in CODE if path.parts[-2] != "commands" and "/demo/" not in _name(path)
    ]
    found = [_name(path) for path in at_work if deleted.search(path.read_text())]
    assert sorted(found) == [
        "documents/models/incoming.py",  # a Word file on its way into a draft, for its sender
        "qms/organization/models/appointment.py",  # guardian's rows, not records
        "qms/records/models/work.py",  # made for one person, for a week
        "qms/records/tasks.py",  # what other systems were told, for three months
    ]


# --- Records and their verbs -----------------------------------------------------------------


@each_record
def test_a_record_says_who_sees_and_who_reads_it(model: type[Record]) -> None:
    queryset = model.objects.all()
    assert callable(queryset.visible_to)
    assert callable(queryset.readable_to)
    assert not model._meta.get_field("unit").null


@each_verb
def test_a_verb_says_who_may_do_it(pair: tuple[type[Record], Move]) -> None:
    _model, move = pair
    assert move.duty or move.person or move.by_clock or move.name in OPEN_TO_ALL_WHO_SEE


@each_verb
def test_a_verb_has_swedish_words(pair: tuple[type[Record], Move]) -> None:
    _model, move = pair
    messages.compile_all()
    for text in (move.label, move.told):
        with translation.override("en"):
            english = str(text)
        with translation.override("sv"):
            assert str(text) != english, english
            assert ("%(actor)s" in str(text)) == ("%(actor)s" in english)
    assert ("%(actor)s" in str(move.told)) != move.by_clock


def _asked_for(model: type[Record], verb: str) -> set[str]:
    """Return the names of a verb's arguments beside `by`."""
    parameters = inspect.signature(getattr(model, verb)).parameters
    names = {n for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY} - {"by"}
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        names |= set(inspect.signature(Action.plan).parameters) - {"case", "unit", "by"}
    return names


@each_verb
def test_a_verb_has_a_form_that_asks_for_its_arguments(pair: tuple[type[Record], Move]) -> None:
    model, move = pair
    if move.by_clock:  # it has no page, and its arguments come from another verb
        return
    form = MoveForm.of(model.__new__(model), move)
    asks = set(form.base_fields) - {"seen"}
    if move.name in FOLDED:
        several, one = FOLDED[move.name]
        asks = asks - several | {one}
    assert asks == _asked_for(model, move.name)


@each_record
def test_addresses_of_verbs_are_theirs_alone(model: type[Record]) -> None:
    addresses = [move.address for move in model.moves().values()]
    assert len(addresses) == len(set(addresses))


@each_record
def test_every_state_is_reached_and_left(model: type[Record]) -> None:
    first = str(model._meta.get_field("status").default)
    moves = [move for move in model.moves().values() if move.target]
    reached, before = {first}, set[str]()
    while reached != before:
        before = set(reached)
        reached |= {str(move.target) for move in moves if reached & set(move.sources)}
    assert reached == set(model.Status.values)
    left = {source for move in moves for source in move.sources if source != move.target}
    assert set(model.Status.values) - left <= set(model.ENDS)


@each_record
def test_the_stepper_and_the_looks_know_the_states(model: type[Record]) -> None:
    assert {str(code) for code, _label in model.STEPS} <= set(model.Status.values)
    assert {str(code) for code in model.LOOKS} == set(model.Status.values)


@each_record
def test_the_database_refuses_what_no_verb_does(model: type[Record], db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_get_triggerdef(oid) from pg_trigger"
            " where tgrelid = %s::regclass and not tgisinternal",
            [model._meta.db_table],
        )
        triggers = [definition for (definition,) in cursor.fetchall()]
    (pairs,) = [
        found[1] for t in triggers if (found := re.search(r"takt_guard_status\('(.*)'\)", t))
    ]
    assert set(pairs.split(",")) == {
        f"{source}>{move.target}"
        for move in model.moves().values()
        for source in move.sources
        if move.target not in {None, source}
    }


@pytest.mark.parametrize("status", ["closed", "effect_check", "draft"])
def test_raw_sql_does_not_let_a_case_jump(
    status: str, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case_at("reported", units.north, cast.anna)
    table = "nonconformities_nonconformity"
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="may not go from reported"), transaction.atomic():
            cursor.execute(f"update {table} set status = %s", [status])
        cursor.execute(f"update {table} set status = 'assessed'")  # as a verb does


# --- Shape of the database, words, sizes -----------------------------------------------------


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_word_is_in_swedish() -> None:
    assert messages.faults() == []


def test_a_module_is_short_enough_to_read() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in [*CODE, *TOOLS, *TESTS]}
    assert [_name(p) for p, n in lines.items() if n > (500 if p in TESTS else 400)] == []


def test_a_template_is_short_enough_to_read() -> None:
    assert [_name(p) for p in TEMPLATES if len(p.read_text().splitlines()) > 80] == []


def test_a_template_begins_with_what_it_needs() -> None:
    ours = [p for p in TEMPLATES if not {"allauth", "django"} & set(p.parts)]
    assert [_name(p) for p in ours if not p.read_text().startswith("{#")] == []


def _public(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the public functions, methods and classes of a module; not what stands inside them."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_") or (inside and isinstance(node, ast.ClassDef)):
            continue
        if any("setter" in ast.unparse(each) for each in node.decorator_list):
            continue
        yield f"{inside}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from _public(node, f"{node.name}.")


def test_whatever_is_public_says_what_it_is_for() -> None:
    silent = [
        f"{_name(path)}: {name}"
        for path in [*CODE, *TOOLS]
        for name, node in _public(ast.parse(path.read_text()))
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_says_why_it_exists() -> None:
    modules = [p for p in [*CODE, *TOOLS, *TESTS] if p.read_text().strip()]
    assert [_name(p) for p in modules if not ast.get_docstring(ast.parse(p.read_text()))] == []
