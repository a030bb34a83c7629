"""What must hold before the site meets people: manage.py check --deploy.

Settings that only the running installation can show: who it is in the database, and its keys.
"""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import OperationalError, connection

from qms.history.models import Event
from qms.organization.ciphers import KeyMissing, seal

_MAY_REWRITE = """
select pg_has_role(current_user, relowner, 'usage')
    or has_table_privilege(current_user, oid, 'update')
    or has_table_privilege(current_user, oid, 'delete')
from pg_class where oid = to_regclass(%s)
"""


@register("takt", deploy=True)
def role_cannot_rewrite_history(**_options: Any) -> list[CheckMessage]:
    """Fail when the site runs as a role that owns history: an owner can switch its guards off.

    Says nothing before the first migrate, nor when the database does not answer.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_MAY_REWRITE, [Event._meta.db_table])
            may_rewrite = cursor.fetchone()
    except OperationalError:
        return []
    if not (may_rewrite and may_rewrite[0]):
        return []
    return [
        Error(
            "The role in DATABASE_URL owns history or may change it.",
            hint="Let the site run as the role in APP_ROLE, and run grant_app_role as the owner.",
            id="takt.E001",
        )
    ]


@register("takt", deploy=True)
def keys_work(**_options: Any) -> list[CheckMessage]:
    """Fail when protected details could not be encrypted."""
    try:
        seal("")
    except KeyMissing:
        hint = "Each key is 32 bytes in base64; see .env.example."
        return [Error("PROTECTED_KEYS holds no usable key.", hint=hint, id="takt.E002")]
    return []
