"""People, units, appointments and the changes of the tree."""

from qms.organization.models.appointment import Appointment, UnitPermission
from qms.organization.models.change import UnitChange
from qms.organization.models.token import Token
from qms.organization.models.unit import Unit
from qms.organization.models.user import Reach, User

__all__ = ["Appointment", "Reach", "Token", "Unit", "UnitChange", "UnitPermission", "User"]
