"""Arrival: what sort of report it is, which way it came in, and who is said to have spoken."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from nonconformities.models.codes import new_receipt_code
from nonconformities.models.place import Place


class Arrival(models.Model):
    """How a report came in. One front door takes them all; the reporter never classifies."""

    class Kind(models.TextChoices):
        """What sort of report it is."""

        DEVIATION = "deviation", _("Deviation")
        COMPLAINT = "complaint", _("Complaint or opinion")
        NEAR_MISS = "near_miss", _("Incident")
        RISK = "risk", _("Risk")
        IDEA = "idea", _("Suggestion for improvement")
        AUDIT = "audit", _("Audit nonconformity")

    class Channel(models.TextChoices):
        """Which way it came in."""

        PERSON = "person", _("Somebody who was signed in")
        PLACE = "place", _("A place, without signing in")
        DEVICE = "device", _("A shared device")
        API = "api", _("Another system")
        IMPORT = "import", _("An older register")

    class Voice(models.TextChoices):
        """On whose behalf it is told."""

        SELF = "", _("I say it myself")
        USER = "user", _("Somebody we are here for")
        RELATIVE = "relative", _("A relative or friend of theirs")
        OTHER = "other", _("Somebody else from outside")

    class Language(models.TextChoices):
        """The language the text is written in."""

        SV = "sv", _("Swedish")
        EN = "en", _("English")
        AR = "ar", _("Arabic")
        FI = "fi", _("Finnish")
        FA = "fa", _("Persian")
        PL = "pl", _("Polish")
        SO = "so", _("Somali")
        TI = "ti", _("Tigrinya")
        UK = "uk", _("Ukrainian")
        OTHER = "other", _("another language")

    WITHOUT_ACCOUNT = (Channel.PLACE, Channel.DEVICE)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receipt_code = models.CharField(
        max_length=19, unique=True, default=new_receipt_code, editable=False
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.DEVIATION)
    channel = models.CharField(
        _("way in"), max_length=6, choices=Channel.choices, default=Channel.PERSON, editable=False
    )
    from_place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, editable=False, related_name="reports",
        verbose_name=_("reported at"),
    )  # fmt: skip
    # A name that anybody could have chosen on a shared device: told, never taken for a proof.
    said_to_be = models.CharField(_("said to be"), max_length=200, blank=True, editable=False)
    voice = models.CharField(
        _("on behalf of"), max_length=8, blank=True, choices=Voice.choices, default=Voice.SELF
    )
    language = models.CharField(
        _("language"), max_length=5, choices=Language.choices, default=Language.SV
    )

    class Meta:
        abstract = True

    @property
    def is_borne(self) -> bool:
        """True when only the receipt code leads back to the one who reported."""
        return self.channel in self.WITHOUT_ACCOUNT

    @property
    def is_reachable(self) -> bool:
        """True when somebody reads what is written to the one who reported."""
        return self.is_borne or getattr(self, "reported_by_id", None) is not None
