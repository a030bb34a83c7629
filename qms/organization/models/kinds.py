"""What a unit can be, which secrecy holds there and which service it gives."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a unit can be."""

    GROUP = "group", _("Group")
    POLITICAL = "political", _("Political body")
    BOARD = "board", _("Board")
    ADMINISTRATION = "administration", _("Administration")
    DEPARTMENT = "department", _("Department")
    SITE = "site", _("Workplace")
    COMPANY = "company", _("Company")
    COMPANY_PART_OWNED = "company_part_owned", _("Part-owned company")


class SecrecyArea(models.TextChoices):
    """Which chapter of the secrecy act covers what a unit holds."""

    NONE = "", _("None")
    SOCIAL = "social", _("Social services")
    HEALTH = "health", _("Health care")
    SCHOOL = "school", _("School")
    SCHOOL_HEALTH = "school_health", _("Pupil health")
    PERSONNEL = "personnel", _("Personnel")
    SUPERVISION = "supervision", _("Supervision")
    TENANT = "tenant", _("Tenants")
    SECURITY = "security", _("Security")


class Service(models.TextChoices):
    """Which service a unit gives."""

    CARE = "care", _("Care")
    HEALTH = "health", _("Health care")
    SCHOOL = "school", _("School and preschool")
    WATER = "water", _("Water and sewage")
    WASTE = "waste", _("Waste")
    ENERGY = "energy", _("Energy")
    HOUSING = "housing", _("Housing and property")
    RESCUE = "rescue", _("Rescue service")
    LEISURE = "leisure", _("Visitors and leisure")
    CULTURE = "culture", _("Culture")
    FOOD = "food", _("Meals, cleaning, vehicles")
    SUPERVISION = "supervision", _("Permits and supervision")
    CONSTRUCTION = "construction", _("Streets and planning")
    LABOUR = "labour", _("Labour market")
    OFFICE = "office", _("Management and support")
