"""Duties and roles: what one may do on a unit, and the few named sets of it (ISO 9001, 5.3).

Code asks for duties, never for roles. A duty reaches every unit below the one it was given on.
Most stop at the border of the authority (a board or a company): a board is its own authority,
and what it holds is not open to another (Public Access and Secrecy Act, 8:1).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Duty(models.TextChoices):
    """One thing that somebody may do on a unit."""

    READ_RECORDS = "read_records", _("read deviations in full")
    OVERSEE = "oversee", _("follow deviations, with the texts masked")
    READ_OPEN = "read_open", _("read deviations in full where the unit has no secrecy area")
    HANDLE_NONCONFORMITIES = "handle_nonconformities", _("assess and handle deviations")
    DECIDE_SERIOUS = "decide_serious", _("decide on serious deviations and reopen closed ones")
    INVESTIGATE_SERIOUS = "investigate_serious", _("investigate serious deviations")
    READ_PROTECTED = "read_protected", _("open protected details (each time is logged)")
    SEE_REPORTERS = "see_reporters", _("see the names of reporters who asked to be hidden")
    READ_DOCUMENTS = "read_documents", _("read documents in force, also those for a few units only")
    WRITE_DOCUMENTS = "write_documents", _("write documents")
    ADOPT_ROUTINES = "adopt_routines", _("adopt routines and instructions")
    ADOPT_GUIDELINES = "adopt_guidelines", _("adopt guidelines")
    ADOPT_POLICIES = "adopt_policies", _("adopt policies, as decided by the council or board")
    FOLLOW_DOCUMENTS = (
        "follow_documents",
        _("follow documents: owners, reviews and drafts under way"),
    )
    APPOINT = "appoint", _("give people roles and end them, within the authority")
    APPOINT_EVERYWHERE = "appoint_everywhere", _("give people roles and end them")
    ORGANIZE = "organize", _("reorganise units")
    CONFIGURE = "configure", _("change settings")

    @property
    def crosses_authorities(self) -> bool:
        """True when the duty also reaches units of another authority further down."""
        return self in _CROSSING


_CROSSING = {
    Duty.OVERSEE,
    Duty.READ_OPEN,
    Duty.SEE_REPORTERS,
    Duty.FOLLOW_DOCUMENTS,
    Duty.APPOINT_EVERYWHERE,
    Duty.ORGANIZE,
    Duty.CONFIGURE,
}
# Either of them appoints; where it does is another matter (User.units_for).
APPOINTING = (Duty.APPOINT, Duty.APPOINT_EVERYWHERE)


class Role(models.TextChoices):
    """A named set of duties. Few and fixed, so that everybody knows what they mean."""

    STAFF = "staff", _("Employee")
    UNIT_MANAGER = "unit_manager", _("Unit manager")
    AREA_MANAGER = "area_manager", _("Area manager")
    EXECUTIVE = "executive", _("Head of administration or company")
    GROUP_MANAGEMENT = "group_management", _("Group management")
    QUALITY_COORDINATOR = "quality_coordinator", _("Quality coordinator")
    PROCESS_OWNER = "process_owner", _("Process owner")
    INTERNAL_AUDITOR = "internal_auditor", _("Internal auditor")
    INVESTIGATOR = "investigator", _("Investigator (lex Sarah, lex Maria)")
    SAFETY_REPRESENTATIVE = "safety_representative", _("Safety representative")
    REGISTRAR = "registrar", _("Registrar or archivist")
    EXTERNAL_AUDITOR = "external_auditor", _("External auditor")
    ADMINISTRATOR = "administrator", _("System administrator")

    @property
    def duties(self) -> frozenset[Duty]:
        """What this role may do."""
        return _DUTIES.get(self, frozenset())

    @property
    def governing(self) -> frozenset[Duty]:
        """The duties of this role that nobody can give who lacks them.

        Without this the head of one administration could make somebody administrator there, and
        through that change what holds for the whole group.
        """
        return self.duties & {Duty.ORGANIZE, Duty.CONFIGURE}

    @property
    def manages(self) -> bool:
        """True for the roles that lead a unit."""
        return self in {Role.UNIT_MANAGER, Role.AREA_MANAGER, Role.EXECUTIVE}


_MANAGER = {
    Duty.READ_RECORDS,
    Duty.HANDLE_NONCONFORMITIES,
    Duty.WRITE_DOCUMENTS,
    Duty.ADOPT_ROUTINES,
}
_FOLLOW = {Duty.OVERSEE, Duty.READ_OPEN}
_DUTIES: dict[Role, frozenset[Duty]] = {
    Role.UNIT_MANAGER: frozenset(_MANAGER | {Duty.READ_PROTECTED}),
    Role.AREA_MANAGER: frozenset(_MANAGER | {Duty.DECIDE_SERIOUS}),
    Role.EXECUTIVE: frozenset(
        _MANAGER | {Duty.DECIDE_SERIOUS, Duty.ADOPT_GUIDELINES, Duty.APPOINT}
    ),
    Role.GROUP_MANAGEMENT: frozenset(
        {*_FOLLOW, Duty.ADOPT_GUIDELINES, Duty.ADOPT_POLICIES, Duty.FOLLOW_DOCUMENTS}
    ),
    Role.QUALITY_COORDINATOR: frozenset(
        {
            *_FOLLOW,
            Duty.SEE_REPORTERS,
            Duty.WRITE_DOCUMENTS,
            Duty.FOLLOW_DOCUMENTS,
            Duty.APPOINT_EVERYWHERE,
            Duty.ORGANIZE,
            Duty.CONFIGURE,
        }
    ),
    Role.PROCESS_OWNER: frozenset({*_FOLLOW, Duty.WRITE_DOCUMENTS}),
    Role.INTERNAL_AUDITOR: frozenset({*_FOLLOW, Duty.READ_DOCUMENTS}),
    Role.INVESTIGATOR: frozenset(
        {
            Duty.READ_RECORDS,
            Duty.INVESTIGATE_SERIOUS,
            Duty.READ_PROTECTED,
            Duty.READ_DOCUMENTS,
        }
    ),
    Role.SAFETY_REPRESENTATIVE: frozenset(_FOLLOW),
    # The registrar registers what the council or a board has adopted.
    Role.REGISTRAR: frozenset({*_FOLLOW, Duty.READ_DOCUMENTS, Duty.ADOPT_POLICIES}),
    # An outsider: never more than the masked view (secrecy act, 10 ch.).
    Role.EXTERNAL_AUDITOR: frozenset({Duty.OVERSEE}),
    Role.ADMINISTRATOR: frozenset({Duty.APPOINT_EVERYWHERE, Duty.ORGANIZE, Duty.CONFIGURE}),
}
