"""Token: a key that a person gives another program, so that it may act as the person, no more."""

import hashlib
import secrets
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied

if TYPE_CHECKING:
    from qms.organization.models.user import User

PREFIX = "takt_"
LONGEST = timedelta(days=366)
MOST = 20
_SELDOM = timedelta(minutes=10)


class TokenQuerySet(models.QuerySet["Token"]):
    """Questions about many keys."""

    def working(self) -> Self:
        """Return the keys that open something today."""
        return self.filter(
            revoked_at=None, expires_on__gte=timezone.localdate(), user__is_active=True
        )


class Token(Storied):
    """A personal key. Only its SHA-256 is stored: 256 random bits need no slow hash."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_read_only = models.BooleanField(_("may only read"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_on = models.DateField(_("last day"))
    last_used_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("access key")

    def __str__(self) -> str:
        return self.name

    # --- Questions ----------------------------------------------------------------------------

    @staticmethod
    def digest_of(key: str) -> str:
        """Return what is stored of a key."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def presented(cls, key: str) -> "Token | None":
        """Return the working token with this key, with its person; None when there is none."""
        found = cls.objects.working().select_related("user")
        return found.filter(digest=cls.digest_of(key)).first() if key.startswith(PREFIX) else None

    @property
    def is_working(self) -> bool:
        """True until the key is revoked or its last day has passed."""
        return self.revoked_at is None and self.expires_on >= timezone.localdate()

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, *, by: "User", name: str, expires_on: date, is_read_only: bool, uid: uuid.UUID
    ) -> tuple[Self, str]:
        """Make a key for oneself; return it with the text, which is never to be had again.

        Raises ValidationError when the day has been or lies more than a year ahead, or when the
        person has too many keys, and IntegrityError when `uid` has been used.
        """
        today = timezone.localdate()
        if not today <= expires_on <= today + LONGEST:
            raise ValidationError({"expires_on": _("Choose a day within a year from today.")})
        if by.tokens.working().count() >= MOST:
            raise ValidationError(_("You have many keys already. Revoke one first."))
        key = PREFIX + secrets.token_urlsafe(32)
        token = cls(
            user=by, name=name, expires_on=expires_on, is_read_only=is_read_only, uid=uid,
            digest=cls.digest_of(key),
        )  # fmt: skip
        with transaction.atomic():
            token.save(force_insert=True)
            token.tell("create", by=by, changes={"expires_on": [None, expires_on]})
            token.save(update_fields=["event_count", "event_head"])
        return token, key

    def revoke(self, *, by: "User") -> None:
        """Let the key open nothing from now on. Safe to ask for twice."""
        with transaction.atomic():
            self.lock()
            if self.revoked_at is None:
                self.revoked_at = timezone.now()
                self.tell("revoke", by=by)
                self.save(update_fields=["revoked_at", "event_count", "event_head"])

    def touch(self) -> None:
        """Remember that the key was used; written down now and then, not at every call."""
        now = timezone.now()
        if self.last_used_at is None or self.last_used_at < now - _SELDOM:
            type(self).objects.filter(pk=self.pk).update(last_used_at=now)
