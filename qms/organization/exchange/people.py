"""Reads people and their roles from a CSV file: one row for each role of each person.

username;first_name;last_name;email;title;unit_code;role;until. The unit, the role and the last
day may be empty: then the person gets an account without a role. Reading a file twice changes
nothing the second time.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from qms.organization.duties import Role
from qms.organization.exchange.reading import at_row, decoded, separator_of
from qms.organization.models import Appointment, Unit, User

PERSONAL = ("first_name", "last_name", "email", "title")
COLUMNS = ("username", *PERSONAL, "unit_code", "role", "until")


@dataclass
class People:
    """What a file of people says, and what has been done with it."""

    faults: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    new: list[User] = field(default_factory=list)
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def apply(self, *, reason: str) -> None:
        """Carry out every row, or none: what is wrong stands in `faults`."""
        if self.faults:
            return
        with transaction.atomic():
            for number, values in self.rows:
                try:
                    with transaction.atomic():
                        self._do(values, reason)
                except ValidationError as fault:
                    self.faults += [at_row(number, each) for each in fault.messages]
            if self.faults:
                transaction.set_rollback(True)

    def _do(self, values: dict[str, str], reason: str) -> None:
        user = self._person(values)
        if not values["unit_code"] and not values["role"]:
            return
        unit = Unit.objects.filter(code=values["unit_code"]).first()
        if unit is None:
            raise ValidationError(_("There is no unit %s.") % values["unit_code"])
        role, until = _role(values["role"]), _day(values["until"])
        held = Appointment.objects.not_over().filter(user=user, unit=unit, role=role)
        if held.filter(until=until).exists():
            return
        unit.appoint(user, role, by=None, until=until, reason=reason)
        words = {"person": user.name, "role": role.label, "unit": unit.name}
        self.sentences.append(_("%(person)s becomes %(role)s at %(unit)s.") % words)

    def _person(self, values: dict[str, str]) -> User:
        user = User.objects.filter(username=values["username"]).first()
        is_new = user is None
        user = user or User(username=values["username"])
        told = {name: values[name] for name in PERSONAL if values[name]}
        changed = {name for name, text in told.items() if getattr(user, name) != text}
        if not is_new and not changed:
            return user
        for name in changed:
            setattr(user, name, told[name])
        if is_new:
            user.set_unusable_password()
        user.full_clean(exclude=["password", "slug"])
        _check_address(user)
        user.save()
        if is_new:
            self.new.append(user)
        sentence = _("%s gets an account.") if is_new else _("What is said about %s is changed.")
        self.sentences.append(sentence % user.name)
        return user


def read_people(data: bytes) -> People:
    """Return the rows of a file. Never raises: what is wrong stands in `faults`."""
    text, fault = decoded(data)
    if fault:
        return People(faults=[fault])
    people = People()
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    heading = [(name or "").strip().lower() for name in lines.fieldnames or []]
    lines.fieldnames = heading
    if "username" not in heading or (set(heading) - set(COLUMNS)):
        known = _("The columns are %s, and the first row names them.") % ", ".join(COLUMNS)
        return People(faults=[known])
    for line in lines:
        values = {name: (line.get(name) or "").strip() for name in COLUMNS}
        if not any(values.values()):
            continue
        if None in line:
            people.faults.append(at_row(lines.line_num, _("There are more columns than names.")))
        elif not values["username"]:
            people.faults.append(at_row(lines.line_num, _("The user name is missing.")))
        else:
            people.rows.append((lines.line_num, values))
    return people


def _role(text: str) -> Role:
    """Return the role with this name, in code or as people see it."""
    for role in Role:
        if text.lower() in {role.value, str(role.label).lower()}:
            return role
    raise ValidationError(
        _("There is no role “%(role)s”. Roles are: %(known)s.")
        % {"role": text, "known": ", ".join(Role.values)}
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise ValidationError(_("Write the last day as 2027-06-30.")) from fault


def _check_address(user: User) -> None:
    """Refuse an e-mail address that is another person's: people sign in with it."""
    if user.email and User.objects.exclude(pk=user.pk).filter(email__iexact=user.email).exists():
        raise ValidationError(_("%s is another person's e-mail address.") % user.email)
