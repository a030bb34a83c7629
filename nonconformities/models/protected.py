"""ProtectedDetails: what points at a person, kept apart, encrypted, and every reading logged.

Public Access and Secrecy Act 23, 25, 26 ch.: details about people in school, health care and
social services are secret by presumption. They do not stand in the report itself.
"""

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.PROTECTED_KEYS])


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
        """The details in the clear. Callers log the reading first: open_protected()."""
        return _cipher().decrypt(bytes(self.cipher_text)).decode()

    @text.setter
    def text(self, value: str) -> None:
        self.cipher_text = _cipher().encrypt(value.encode())
