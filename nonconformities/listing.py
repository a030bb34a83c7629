"""The lists of deviations and of actions: their views (saved filters), rows and counts."""

from functools import cached_property
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.columns import ACTION_COLUMNS, CASE_COLUMNS
from nonconformities.escalation import lifted_to
from nonconformities.examining import may_know
from nonconformities.forms import FilterForm
from nonconformities.models import Action, Nonconformity, Share
from nonconformities.models.status import UNDECIDED
from nonconformities.steps import state_of
from qms.organization.duties import Duty
from qms.organization.requests import SignedInRequest
from qms.records.exports import Column
from qms.records.line import lying_with
from qms.records.lists import MOST_COUNTED, RecordList
from qms.records.models import Rule
from qms.records.search import matching

# What an address may say without changing what a tab holds; a unit narrows the tabs as well.
_NOT_NARROWING = {"vy", "sortera", "sida", "efter", "enhet"}


class CaseList(RecordList):
    """The list of deviations."""

    CODE, ADDRESS = "avvikelser", "nonconformities:index"
    PARAMETERS = tuple(FilterForm.base_fields)
    model = Nonconformity
    VIEWS = {
        "mig": _("Needs me"),
        "min": _("My units"),
        "sena": _("Late"),
        "effekt": _("Awaiting effect"),
        "lyfta": _("Lifted to me"),
        "utan": _("Without a handler"),
        "oppna": _("Open"),
        "alla": _("All"),
    }
    SORTS = {"dag": (_("last day"), "due_on"), "nyast": (_("newest first"), "-reported_at")}

    def __init__(self, request: SignedInRequest) -> None:
        super().__init__(request)
        self.filters = FilterForm(self.asked, user=self.user)
        self.filters.is_valid()
        if self.asked.get("vy") not in self.VIEWS:
            self.view = "oppna"
            self.sort = self.sort if self.asked.get("sortera") in self.SORTS else "dag"

    def usual_sort(self) -> str:
        """Open ones by their last day; all of them by age."""
        return "nyast" if self.view == "alla" else "dag"

    @cached_property
    def fitting(self) -> Any:
        """What fits the view and the filters, before the question of what the person may see."""
        found = self.filters.narrow(Nonconformity.objects.reported())
        found = getattr(self, f"view_{self.view}")(found)
        if text := self.filters.cleaned_data.get("sok"):
            user = self.user
            readable = Nonconformity.full_access(user) | Nonconformity.own(user)
            found = matching(found.filter(readable), text)
        return found

    @cached_property
    def count(self) -> int:
        """How many match; the tab has counted them when nothing but the unit narrows."""
        narrowed = {name for name, value in self.asked.items() if value} - _NOT_NARROWING
        if not narrowed and self.view in self._counts:
            return self._counts[self.view]
        return super().count

    def view_mig(self, found: Any) -> Any:
        """Those whose next step the person answers for."""
        return found.awaiting(self.user)

    def view_min(self, found: Any) -> Any:
        """Open ones of the units whose deviations the person reads in full, shared ones too."""
        return found.open().of_units(self.user.units_for(Duty.READ_RECORDS).ids)

    def view_oppna(self, found: Any) -> Any:
        """Open ones."""
        return found.open()

    def view_sena(self, found: Any) -> Any:
        """Past their last day."""
        return found.overdue()

    def view_effekt(self, found: Any) -> Any:
        """Waiting to see if it helped."""
        return found.filter(status=Nonconformity.Status.EFFECT_CHECK)

    def view_lyfta(self, found: Any) -> Any:
        """Lifted to the person as a head: serious, late or without effect."""
        return found.filter(lifted_to(self.user))

    def view_utan(self, found: Any) -> Any:
        """Those nobody answers for, where the person chooses who does."""
        return found.unheld_for(self.user)

    def view_alla(self, found: Any) -> Any:
        """Everything sent in."""
        return found

    def ids(self, most: int, after: tuple[Any, int] | None = None) -> list[int]:
        """Return the ids in order; of what waits for the person, where somebody is harmed first."""
        if self.view != "mig" or self.sort != "dag" or after:
            return super().ids(most, after)
        calm = Q(urgency=Nonconformity.Urgency.NO) | ~Q(status__in=UNDECIDED)
        found = self.matches.annotate(is_calm=ExpressionWrapper(calm, BooleanField()))
        due = F("due_on").asc(nulls_last=True)
        return list(found.order_by("is_calm", due, "pk").values_list("pk", flat=True)[:most])

    def fetch(self, ids: list[int]) -> Any:
        """Return the rows, each with its step; the status where the text is masked."""
        rows = list(super().fetch(ids).with_progress())
        for row in rows:
            row.step = state_of(row)
        return rows

    def columns(self) -> list[Column]:
        """Return what a file of the list tells."""
        return CASE_COLUMNS

    def for_export(self, ids: list[int]) -> Any:
        """Return the cases with the people and the category of their columns."""
        found = super().for_export(ids)
        return found.select_related(
            "unit", "responsible", "category__parent", "reported_by", "investigator", "handed_from"
        )

    # --- Tools over the list --------------------------------------------------------------------

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The tabs, with how many each holds; the unit chosen stays when one changes tab."""
        hidden = {view for view, shown in self._for_some.items() if not shown}
        shown = [view for view in self.VIEWS if view not in hidden]
        unit = self.filters.cleaned_data.get("enhet")
        query = f"&enhet={unit.code}" if unit else ""
        return [
            {
                "label": self.VIEWS[view],
                "url": f"?vy={view}{query}",
                "current": view == self.view and not self.kept_tab,
                "count": self._counts.get(view),
            }
            for view in shown
        ] + self._beside

    @property
    def _for_some(self) -> dict[str, bool]:
        """The views that not everybody has, and whether this person does."""
        user, duty = self.user, Duty.HANDLE_NONCONFORMITIES
        return {
            "min": bool(user.units_for(Duty.READ_RECORDS)),
            "lyfta": bool(user.units_for(duty)),
            "utan": bool(user.units_for(duty) or user.units_for(Duty.CONFIGURE).everything),
        }

    @property
    def _beside(self) -> list[dict[str, Any]]:
        """The way to the statutory clocks, for who may know of examinations by law."""
        if not may_know(self.user):
            return []
        url = reverse("nonconformities:tracks")
        return [{"label": _("Statutory clocks"), "url": url, "current": False, "count": None}]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """How many the views of open ones hold: one query; none when there are too many."""
        found = Nonconformity.objects.visible_to(self.user).reported().open().order_by()
        if unit := self.filters.cleaned_data.get("enhet"):
            found = found.of_units(unit.reach)
        own = self.user.units_for(Duty.READ_RECORDS).ids
        shared = Share.objects.live().filter(to_unit__any=own).order_by().values("nonconformity_id")
        counts = found[: MOST_COUNTED + 1].aggregate(
            oppna=Count("pk"),
            mig=Count("pk", filter=lying_with(self.user)),
            min=Count("pk", filter=Q(unit__any=own) | Q(pk__among=shared)),
            sena=Count("pk", filter=Q(due_on__lt=timezone.localdate())),
            effekt=Count("pk", filter=Q(status=Nonconformity.Status.EFFECT_CHECK)),
        )
        return {} if counts["oppna"] > MOST_COUNTED else counts

    @property
    def chosen(self) -> list[dict[str, str]]:
        """What the list is narrowed by, each with the address that removes it."""
        return [
            {"label": label, "url": self.url(**{name: None, "sida": None, "efter": None})}
            for name, label in self.filters.chosen()
        ]

    @property
    def clear_url(self) -> str:
        """The address of the view without filters."""
        return f"?vy={self.view}"

    @property
    def is_first_use(self) -> bool:
        """True when nothing at all has been reported that this person could see."""
        return not Nonconformity.objects.visible_to(self.user).reported().exists()

    @cached_property
    def serious_from(self) -> int:
        """The score from which the area manager decides."""
        return Rule.value_of(Rule.Code.SERIOUS_SCORE)

    @cached_property
    def repeated_from(self) -> int:
        """How many earlier ones of the same kind make a row a repeated one."""
        return Rule.value_of(Rule.Code.REPEAT_COUNT) - 1


class ActionList(RecordList):
    """The list of actions: what has been promised, in all cases."""

    CODE, ADDRESS = "atgarder", "nonconformities:actions"
    model = Action
    VIEWS = {
        "mina": _("Mine"),
        "att-verifiera": _("To verify"),
        "sena": _("Late"),
        "alla": _("All"),
    }
    SORTS = {"dag": (_("last day"), "due_on"), "nyast": (_("newest first"), "-created_at")}

    def usual_sort(self) -> str:
        """Promises by their last day; all of them by age."""
        return "nyast" if self.view == "alla" else "dag"

    @cached_property
    def fitting(self) -> Any:
        """What fits the view."""
        narrow = getattr(self, f"view_{self.view.replace('-', '_')}")
        return narrow(Action.objects.all())

    def columns(self) -> list[Column]:
        """Return what a file of the list tells."""
        return ACTION_COLUMNS

    def view_mina(self, found: Any) -> Any:
        """What the person, or whom the person stands in for, has promised and not yet done."""
        return found.undone().filter(lying_with(self.user))

    def view_att_verifiera(self, found: Any) -> Any:
        """What others have done and the person may verify."""
        handled = self.user.units_for(Duty.HANDLE_NONCONFORMITIES).ids
        waiting = found.filter(status=Action.Status.DONE, unit__any=handled)
        return waiting.exclude(responsible=self.user).exclude(done_by=self.user)

    def view_sena(self, found: Any) -> Any:
        """Not done, and past their last day."""
        return found.overdue()

    def view_alla(self, found: Any) -> Any:
        """Every action."""
        return found

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The tabs; the two that are the person's own say how many."""
        counts = {}
        for view in ("mina", "att_verifiera"):
            narrowed = getattr(self, f"view_{view}")(Action.objects.all())
            counts[view.replace("_", "-")] = narrowed.visible_to(self.user).order_by().count()
        return [
            {
                "label": label,
                "url": f"?vy={view}",
                "current": view == self.view and not self.kept_tab,
                "count": counts.get(view),
            }
            for view, label in self.VIEWS.items()
        ]
