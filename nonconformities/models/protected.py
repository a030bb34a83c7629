"""ProtectedDetails: what points at a person, kept apart, encrypted, and every reading logged.

Public Access and Secrecy Act 23, 25, 26 ch.: details about people in school, health care and
social services are secret by presumption. They do not stand in the report itself.
"""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.organization.ciphers import KeyMissing, seal, unseal
from qms.organization.models import User


class ProtectedDetails(models.Model):
    """The protected details of one nonconformity. The table holds cipher text only."""

    nonconformity = models.OneToOneField(
        "nonconformities.Nonconformity", models.PROTECT, related_name="protected"
    )
    cipher_text = models.BinaryField()
    written_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return "••••"

    @property
    def text(self) -> str:
        """The details in the clear. Callers log the reading first: open_protected().

        Raises KeyMissing when the key they were written with is no longer there.
        """
        return unseal(bytes(self.cipher_text))

    @text.setter
    def text(self, value: str) -> None:
        try:
            self.cipher_text = seal(value)
        except KeyMissing as fault:
            raise ValidationError(
                _(
                    "The details could not be encrypted, so they have not been stored. Tell who "
                    "runs Takt that PROTECTED_KEYS is missing or wrong."
                )
            ) from fault

    def add(self, details: str, *, by: User) -> None:
        """Write the details after what stands there, with who added them and when.

        Raises ValidationError when the keys are missing.
        """
        at = date_format(timezone.localtime(), "j F Y, H.i")
        entry = f"{at}, {by.name}\n{details.strip()}"
        try:
            self.text = f"{self.text}\n\n{entry}" if self.pk else entry
        except KeyMissing as fault:
            raise ValidationError(
                _(
                    "What stands here already cannot be decrypted, so nothing has been added. Tell "
                    "who runs Takt that PROTECTED_KEYS is missing or wrong."
                )
            ) from fault

    @property
    def is_readable(self) -> bool:
        """Whether the key that the details were written with is still there."""
        try:
            unseal(bytes(self.cipher_text))
        except KeyMissing:
            return False
        return True
