"""grant_app_role: lets the role that web and workers run as do its work, and not touch history.

The owner of a table can switch its triggers off. So the owner only migrates; what answers the
network is another role, which may add to history but neither change nor remove it.
"""

from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from qms.history.models import Event
from qms.records.models import IssuedFile, Rule

_GRANTS = (
    "revoke create on schema public from public",
    "revoke all on all tables in schema public from {role}",
    "grant usage on schema public to {role}",
    "grant select, insert, update, delete on all tables in schema public to {role}",
    "grant usage, select on all sequences in schema public to {role}",
    "alter default privileges in schema public "
    "grant select, insert, update, delete on tables to {role}",
    "alter default privileges in schema public grant usage, select on sequences to {role}",
)


class Command(BaseCommand):
    """Grant the role of APP_ROLE its rights. Run as the owner after every migrate."""

    help = "Give the role that web and workers run as its rights; history stays append-only."

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant and revoke, all or nothing. Silent when there is no such role, or it owns all."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select 1 from pg_roles where rolname = %s and rolname <> current_user",
                [settings.APP_ROLE],
            )
            if cursor.fetchone() is None:
                return
            role = sql.Identifier(settings.APP_ROLE)
            for grant in _GRANTS:
                cursor.execute(sql.SQL(grant).format(role=role))
            for table in append_only_tables():
                cursor.execute(
                    sql.SQL("revoke update, delete on {table} from {role}").format(
                        table=sql.Identifier(table), role=role
                    )
                )
            migrations = sql.Identifier(MigrationRecorder.Migration._meta.db_table)
            cursor.execute(
                sql.SQL("revoke insert, update, delete on {table} from {role}").format(
                    table=migrations, role=role
                )
            )
        if options["verbosity"] > 0:
            self.stdout.write(f"{settings.APP_ROLE} may work; history is append-only for it.")


def append_only_tables() -> list[str]:
    """Return the tables to which rows are only ever added."""
    kept: list[type[models.Model]] = [Event, Rule, IssuedFile]
    kept += [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    return sorted({model._meta.db_table for model in kept})
