"""Due: something somebody has promised by a day."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DueQuestions:
    """Questions about many promises, for the queryset of a concrete model."""

    def overdue(self: Any) -> Any:
        """Return what is open and should have been done before today."""
        return self.open().filter(due_on__lt=timezone.localdate())


class Due(models.Model):
    """A promise with a day and a person. The first day promised is kept beside a later one."""

    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible"),
    )
    due_on = models.DateField(_("last day"), null=True, blank=True)
    first_due_on = models.DateField(_("last day as first set"), null=True, blank=True)

    class Meta:
        abstract = True

    def promise(self, day) -> None:
        """Set the last day; the first one set since the promise was made is kept."""
        self.due_on = day
        self.first_due_on = self.first_due_on or day

    @property
    def days_late(self) -> int:
        """How many days past its last day an open promise is; 0 when in time."""
        if not self.due_on or not self.is_open:  # type: ignore[attr-defined]
            return 0
        return max(0, (timezone.localdate() - self.due_on).days)

    @property
    def is_late(self) -> bool:
        """True when the last day has passed and the matter is open."""
        return self.days_late > 0
