"""The stage of most tests: built once in each database, then laid out by copying its rows.

Building it takes longer than most tests do. What is laid out is what loaders and verbs made, row
for row; triggers sleep meanwhile, for they have told what happened already. The copies stand in
a schema of their own. Numbers that were used are not given out again, so nothing collides.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from tests.group import found_cast, found_units

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_COLUMNS = """
    select c.table_name, string_agg(quote_ident(c.column_name), ', ' order by c.ordinal_position)
    from information_schema.columns c join information_schema.tables t using (table_name)
    where c.table_schema = 'public' and t.table_schema = 'public'
      and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
    group by 1 order by 1
"""
_sql: dict[str, str] = {}  # how each part is laid out
_people: dict[str, bytes] = {}  # the units and the cast as they were when a part was kept


def build() -> None:
    """Build every part once, and leave the database as the migrations left it."""
    with transaction.atomic(), override_settings(PASSWORD_HASHERS=QUICK):
        _run("drop schema if exists kept cascade; create schema kept")
        tables = dict(_rows(_COLUMNS))
        _keep("ground", tables)
        tables = {name: tables[name] for name in tables if name not in _filled(tables)}
        for part, make in (("base", _base), ("units", _units), ("cast", _cast)):
            _people[part] = pickle.dumps(make())
            _keep(part, tables)
            empty()
    cache.clear()


def _base() -> None:
    call_command("load_base", verbosity=0)


def _units() -> SimpleNamespace:
    return SimpleNamespace(units=found_units())


def _cast() -> SimpleNamespace:
    units = found_units()
    return SimpleNamespace(units=units, cast=found_cast(units))


def lay(part: str) -> Any:
    """Put the rows of a part in their tables; return its people and units, new to this test."""
    with transaction.atomic(), _triggers_asleep():
        _run(_sql[part])
    cache.clear()
    return pickle.loads(_people[part])


def empty() -> None:
    """Leave only what the migrations left: tests that commit are cleaned up after with this."""
    tables = ", ".join(f'"{name}"' for name, _columns in _rows(_COLUMNS))
    with transaction.atomic(), _triggers_asleep():
        _run(f"set constraints all immediate; truncate {tables}; {_sql['ground']}")


@contextmanager
def _triggers_asleep() -> Iterator[None]:
    _run("set session_replication_role = replica")
    try:
        yield
    finally:
        _run("set session_replication_role = origin")


def _keep(part: str, tables: dict[str, str]) -> None:
    """Copy the rows that stand in the tables now, and remember how they are put back."""
    steps = []
    for name in _filled(tables):
        copy, columns = f'kept."{part}_{name}"', tables[name]
        _run(f'create unlogged table {copy} as select {columns} from "{name}"')
        steps.append(f'insert into "{name}" ({columns}) select {columns} from {copy}')
    _sql[part] = "; ".join(steps)


def _filled(tables: dict[str, str]) -> list[str]:
    asked = " union all ".join(
        f"(select '{name}' where exists (select from \"{name}\"))" for name in tables
    )
    return [name for (name,) in _rows(asked)]


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
