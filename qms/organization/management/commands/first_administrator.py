"""first_administrator: gives an empty installation the person who gives all others their roles."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from qms.organization.accounts import password_link
from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, User


class Command(BaseCommand):
    """Make a system administrator of the whole organisation; refused once there is one."""

    help = "Make the first system administrator, and print a link where a password is chosen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is, and how the password is chosen."""
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="first and last name")
        parser.add_argument("--email", default="")
        parser.add_argument("--site", default="", help="https://… where people reach Takt")
        parser.add_argument(
            "--ask-password", action="store_true", help="ask here instead of printing a link"
        )

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Appoint, and print the link. Raises CommandError with what is in the way."""
        top = Unit.objects.filter(parent=None).first()
        if top is None:
            raise CommandError(_("There are no units yet. Begin with load_organisation."))
        held = Appointment.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
        if first := held.select_related("user").first():
            raise CommandError(
                _("%(person)s is already system administrator and can appoint others.")
                % {"person": first.user.name}
            )
        try:
            with transaction.atomic():
                user = self._person(username, options["name"], options["email"])
                if options["ask_password"]:
                    self._ask(user)
                top.appoint(user, Role.ADMINISTRATOR, by=None, reason=_("The first administrator"))
        except ValidationError as fault:
            raise CommandError("\n".join(fault.messages)) from fault
        words = {"person": user.name, "unit": top.name}
        self.stdout.write(_("%(person)s is now system administrator of %(unit)s.") % words)
        if not options["ask_password"]:
            self.stdout.write(_("Choose a password here, once and within three days:"))
            self.stdout.write(password_link(user, options["site"]))

    @staticmethod
    def _person(username: str, name: str, email: str) -> User:
        """Return the account with this name, made where there is none."""
        user = User.objects.filter(username=username).first() or User(username=username)
        if user.pk is None:
            user.first_name, _blank, user.last_name = name.rpartition(" ")
            user.email = email
            user.set_unusable_password()
        user.full_clean(exclude=["password", "slug"])
        user.save()
        return user

    @staticmethod
    def _ask(user: User) -> None:
        password = getpass(_("Password") + ": ")
        validate_password(password, user)
        if getpass(_("Once more") + ": ") != password:
            raise ValidationError(_("The two passwords differ."))
        user.set_password(password)
        user.save()
