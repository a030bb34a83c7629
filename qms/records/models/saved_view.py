"""SavedView: a list narrowed in a way somebody wants to come back to."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import Duty
from qms.organization.models import Unit, User

MOST_VIEWS = 30  # of one person and one list: more are never found again


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Questions about many saved views."""

    def usable_by(self, user: User) -> "SavedViewQuerySet":
        """Return the person's own views, and those shared with a unit where the person works.

        What works below a unit works there too. Each row knows if the person begins with it.
        """
        seen = models.Q(owner=user)
        if user.workplaces:
            seen |= models.Q(unit__reach__overlap=sorted(user.workplaces))
        firsts = SavedView.first_for.through.objects.filter(
            savedview=models.OuterRef("pk"), user=user
        )
        return (
            self.filter(seen, removed_at=None)
            .annotate(is_first=models.Exists(firsts))
            .order_by(models.F("unit").asc(nulls_first=True), "name", "pk")
        )


class SavedView(models.Model):
    """A name for one address of a list. It gives nothing by itself: who opens it sees the own.

    The query holds only what the list knows (`RecordList.normal`). Search words stay private.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    listing = models.CharField(_("list"), max_length=20, editable=False)
    query = models.CharField(max_length=1000, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", editable=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, verbose_name=_("shared with")
    )
    first_for = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="first_views", editable=False
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"],
                condition=models.Q(removed_at=None),
                name="saved_view_one_name_per_owner",
                violation_error_message=_("You have a view with that name. Choose another name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to share search words: they may say more than colleagues may read."""
        if self.unit_id is not None and _searches(self.query):
            raise ValidationError(
                {"unit": _("Search words stay with you. Take them away, or keep the view yours.")}
            )

    def is_begun_with(self) -> bool:
        """Return True when the person it was fetched for (`usable_by`) begins with it."""
        return bool(getattr(self, "is_first", False))

    def may_be_changed_by(self, user: User) -> bool:
        """Return True for the owner and, when shared, for who handles deviations of the unit."""
        if user.pk == self.owner_id:
            return True
        return self.unit_id is not None and user.may(Duty.HANDLE_NONCONFORMITIES, self.unit_id)

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def keep(
        cls, *, by: User, listing: str, query: str, name: str, unit: Unit | None
    ) -> "SavedView":
        """Save a view; sent twice it is one.

        Raises ValidationError when the name is taken or there are too many.
        """
        with transaction.atomic():
            # One at a time per person, so that two clicks find each other.
            User.objects.select_for_update().only("pk").get(pk=by.pk)
            mine = cls.objects.filter(owner=by, listing=listing, removed_at=None)
            same = mine.filter(name=name, query=query, unit=unit).first()
            if same:
                return same
            if mine.count() >= MOST_VIEWS:
                raise ValidationError(
                    _("You have %(most)d views of this list. Remove one that you do not use.")
                    % {"most": MOST_VIEWS}
                )
            view = cls(owner=by, listing=listing, query=query, name=name, unit=unit)
            view.full_clean()
            view.save()
        return view

    def change(self, *, name: str, unit: Unit | None) -> None:
        """Rename, or share with another. Raises ValidationError as `keep` does."""
        self.name, self.unit = name, unit
        self.full_clean()
        self.save()

    def remove(self) -> None:
        """Take the view away from everybody who used it."""
        self.removed_at = timezone.now()
        self.save(update_fields=["removed_at"])

    def begin_with(self, user: User, wanted: bool) -> None:
        """Let the list begin with this view for one person, or not any more."""
        through: Any = SavedView.first_for.through
        if not wanted:
            self.first_for.remove(user)
            return
        for other in SavedView.objects.filter(
            pk__in=through.objects.filter(user=user).values("savedview"), listing=self.listing
        ):
            other.first_for.remove(user)
        self.first_for.add(user)


def _searches(query: str) -> bool:
    return any(part.startswith("sok=") for part in query.split("&"))
