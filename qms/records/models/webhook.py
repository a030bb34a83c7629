"""Webhook: another system that is told when a record moves; and each telling, until it arrives."""

import hashlib
import hmac
import json
import secrets
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Event, Storied
from qms.organization.accounts import site_address
from qms.organization.ciphers import KeyMissing, seal, unseal
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records import calling
from qms.records.calling import Fault, Unreachable

if TYPE_CHECKING:
    from qms.records.models.record import Record

# Between the tries: eight in all, within two days.
_WAITS = [timedelta(minutes=m) for m in (1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60)]
_LEASE = timedelta(minutes=5)  # a try whose worker was killed is made again after this
_MOST_GIVEN_UP = 5
_LONGEST_FAILING = timedelta(days=3)
KEPT = timedelta(days=90)


class Webhook(Storied):
    """Where another system wants to be told. It hears number, status and unit: never a text."""

    class Why(models.TextChoices):
        """Why it is off."""

        ON = "", ""
        PERSON = "person", _("Switched off by a person.")
        FAILING = "failing", _("Switched off because nothing arrived for a long time.")
        OWNER = "owner", _("Switched off because who answered for it may not any more.")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    address = models.CharField(_("address"), max_length=500)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("owner"))
    sealed = models.BinaryField(editable=False)
    is_on = models.BooleanField(default=True, editable=False)
    why_off = models.CharField(max_length=10, blank=True, choices=Why.choices, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    given_up = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("other system")

    def __str__(self) -> str:
        return self.name

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, *, by: User, name: str, address: str, unit: Unit, uid: uuid.UUID
    ) -> tuple[Self, str]:
        """Begin to tell another system; return it with the secret, never to be had again.

        Raises ValidationError when the address may not be called, KeyMissing without a key to
        seal the secret with, and IntegrityError when `uid` has been used.
        """
        try:
            calling.checked(address)
        except Unreachable as fault:
            raise ValidationError({"address": fault.fault.label}) from fault
        secret = f"taktwh_{secrets.token_urlsafe(32)}"
        hook = cls(name=name, address=address, unit=unit, owner=by, uid=uid, sealed=seal(secret))
        with transaction.atomic():
            hook.save(force_insert=True)
            hook._tell("create", by=by)
        return hook, secret

    def switch_off(self, *, by: User | None, why: str) -> None:
        """Tell no more, until a person switches it on. What waits stays waiting."""
        with transaction.atomic():
            self.lock()
            if self.is_on:
                self.is_on, self.why_off = False, why
                self._tell("switch_off", by=by)

    def switch_on(self, *, by: User) -> None:
        """Tell again, also what waited; whoever switches it on answers for it."""
        with transaction.atomic():
            self.lock()
            if not self.is_on:
                self.is_on, self.why_off, self.owner = True, "", by
                self.failing_since, self.given_up = None, 0
                self._tell("switch_on", by=by)

    def _tell(self, verb: str, *, by: User | None) -> None:
        self.tell(verb, by=by)
        self.save()

    # --- Telling ------------------------------------------------------------------------------

    @classmethod
    def announce(cls, record: "Record", event: Event) -> None:
        """Let those who listen to the record's unit know of a great step, once it is committed.

        The very steps that also those may read who see the record masked, in the same words:
        number, status, unit, time, address. Never a text, a name or what was noted.
        """
        if record.ANNOUNCED is None:
            return
        move = record.moves().get(event.verb)
        is_great = move.target is not None if move else event.verb in record.ANNOUNCED
        if not (is_great and record.number) or record.SEALED:
            return
        for hook in cls.objects.filter(is_on=True, unit__reach__contains=[record.unit_id]):
            hook.queue({
                "record": record._meta.model_name,
                "number": record.number,
                "verb": event.verb,
                "status": record.status,
                "unit": record.unit.code,
                "at": timezone.localtime(event.at).isoformat(),
                "seq": event.seq,
                "url": urljoin(site_address(), record.get_absolute_url()),
            })  # fmt: skip

    def try_out(self) -> "Delivery":
        """Send a trial, which tells nothing of any record."""
        return self.queue({"record": "", "verb": "try", "at": timezone.localtime().isoformat()})

    def queue(self, told: dict[str, Any]) -> "Delivery":
        """Store what is to be told, and have it sent when the transaction has been committed."""
        from qms.records.tasks import send_delivery

        uid = uuid.uuid4()
        body = json.dumps({"delivery": str(uid)} | told, ensure_ascii=False)
        delivery = self.deliveries.create(uid=uid, verb=told["verb"], body=body)
        # Without the queue it is the clock that sends: send_due finds it within a minute.
        transaction.on_commit(lambda: send_delivery.delay(delivery.pk), robust=True)
        return delivery

    def has_arrived(self) -> None:
        """Forget earlier failures."""
        if self.failing_since or self.given_up:
            type(self).objects.filter(pk=self.pk).update(failing_since=None, given_up=0)

    def has_failed(self, *, gave_up: bool) -> None:
        """Count a failure; switch off after five tellings given up, or three days of failures."""
        with transaction.atomic():
            self.lock()
            now = timezone.now()
            self.failing_since = self.failing_since or now
            self.given_up += gave_up
            self.save(update_fields=["failing_since", "given_up"])
            if self.given_up >= _MOST_GIVEN_UP or now - self.failing_since >= _LONGEST_FAILING:
                self.switch_off(by=None, why=self.Why.FAILING)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Questions about many tellings."""

    def due(self) -> Self:
        """Return what should be sent now, the longest waiting first."""
        return self.filter(
            status=Delivery.Status.WAITING, webhook__is_on=True, next_try_at__lte=timezone.now()
        ).order_by("next_try_at", "pk")

    def outlived(self) -> Self:
        """Return what nobody needs to look at any more."""
        return self.filter(created_at__lt=timezone.now() - KEPT)


class Delivery(models.Model):
    """One telling, sent until it arrives or eight tries have failed. Its id is always the same."""

    class Status(models.TextChoices):
        """Where it is."""

        WAITING = "waiting", _("Waits")
        ARRIVED = "arrived", _("Arrived")
        GIVEN_UP = "given_up", _("Given up")

    LOOKS = {"waiting": "waiting", "arrived": "done", "given_up": "late"}

    uid = models.UUIDField(unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    verb = models.CharField(max_length=60)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    answered = models.PositiveSmallIntegerField(_("status of the answer"), null=True)
    fault = models.CharField(max_length=12, blank=True, choices=Fault.choices)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="delivery_due", condition=models.Q(status="waiting")
            ),
            models.Index(fields=["webhook", "-created_at"], name="delivery_of_webhook"),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def look(self) -> str:
        """The look of the state label."""
        return self.LOOKS[self.status]

    @classmethod
    def claim(cls, pk: int | None = None) -> "Delivery | None":
        """Return one that is due, or just this one if it is; nobody else gets it meanwhile."""
        with transaction.atomic():
            due = cls.objects.due().select_for_update(skip_locked=True, of=("self",))
            found = (due.filter(pk=pk) if pk else due).first()
            if found:
                found.tries += 1
                found.next_try_at = timezone.now() + _LEASE
                found.save(update_fields=["tries", "next_try_at"])
            return found

    def send(self) -> bool:
        """Make one try, after claim(). Return True when it arrived."""
        hook = self.webhook
        if not hook.owner.units_for(Duty.CONFIGURE).everything:
            hook.switch_off(by=None, why=Webhook.Why.OWNER)
            return False
        fault: str = ""
        try:
            self.answered = calling.post(hook.address, self.body.encode(), self._headers())
        except Unreachable as refusal:
            self.answered, fault = None, refusal.fault
        except KeyMissing:
            self.answered, fault = None, Fault.SECRET
        else:
            fault = _fault_in(self.answered)
        return self._end(fault)

    def give_back(self) -> bool:
        """Count a try that took too long as one without an answer."""
        return self._end(Fault.SILENT)

    def _headers(self) -> dict[str, str]:
        timestamp = str(int(timezone.now().timestamp()))
        secret = unseal(bytes(self.webhook.sealed)).encode()
        signed = f"{timestamp}.{self.body}".encode()
        return {
            "Content-Type": "application/json",
            "User-Agent": "Takt",
            "Takt-Delivery": str(self.uid),
            "Takt-Timestamp": timestamp,
            "Takt-Signature": "sha256=" + hmac.new(secret, signed, hashlib.sha256).hexdigest(),
        }

    def _end(self, fault: str) -> bool:
        """Write down how the try went, and when the next one is."""
        self.fault = fault
        gave_up = bool(fault) and self.tries > len(_WAITS)
        if not fault or gave_up:
            self.status = self.Status.GIVEN_UP if gave_up else self.Status.ARRIVED
            self.ended_at = timezone.now()
        else:
            self.next_try_at = timezone.now() + _WAITS[self.tries - 1]
        self.save()
        if fault:
            self.webhook.has_failed(gave_up=gave_up)
        else:
            self.webhook.has_arrived()
        return not fault


def _fault_in(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return Fault.REDIRECT if 300 <= status < 400 else Fault.ANSWER
