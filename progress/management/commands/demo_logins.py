"""demo_logins: a table of whom to sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from progress.demo.logins import demo_logins


class Command(BaseCommand):
    """Print the demo's people and their one password."""

    help = "Print whom to sign in as in the demo (DEBUG only)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table."""
        if not settings.DEVELOPMENT:
            raise CommandError("There are no demo logins when DEBUG is off.")
        logins = demo_logins()
        if not logins:
            raise CommandError("There is no demo group here. Run seed_demo first.")
        rows = [(_("Name"), _("Sign in as"), _("Role"), _("Unit"))]
        rows += [(login.name, login.username, login.role, login.unit) for login in logins]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(line.rstrip())
        self.stdout.write(_("Password for all of them: %s") % settings.DEMO_PASSWORD)
