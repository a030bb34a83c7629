"""Posters: the paper on the wall, with the code that leads to a place's report form."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models import Place
from qms.organization.models import User
from qms.records import pdf
from qms.records.models import Work
from qms.records.qr import qr_code

TASK = "nonconformities.tasks.draw_posters"


class Size(models.TextChoices):
    """How big each poster is, and how many a sheet holds."""

    A4 = "a4", gettext_lazy("A4, one on each sheet")
    A5 = "a5", gettext_lazy("A5, two on each sheet")
    STICKER = "etikett", gettext_lazy("Stickers, eight on each sheet")


def ask_for(places: QuerySet[Place], *, by: User, size: str, site: str) -> Work:
    """Queue the posters of some places. `site` is the address the codes lead to, as https://…/."""
    ids = sorted(places.values_list("pk", flat=True))
    return Work.ask(TASK, by=by, heading=_("Posters"), places=ids, size=size, site=site)


def draw(places: list[Place], *, size: str, site: str) -> bytes:
    """Return the posters as one PDF, in Swedish and English."""
    made = timezone.now()
    posters = [_poster(place, site) for place in places]
    context: dict[str, Any] = {"posters": posters, "size": size, "number": ""}
    codes = ",".join(place.code for place in places)
    return pdf.render(
        "pdf/posters.html", context, title=_("Posters"), created=made,
        identifier=f"posters {codes} {size} {made.isoformat()}",
    )  # fmt: skip


def _poster(place: Place, site: str) -> dict[str, Any]:
    address = site.rstrip("/") + reverse("nonconformities:at_place", args=[place.code])
    label = _("Leads to the report form of %s") % place
    return {
        "place": place,
        "address": address.removeprefix("https://").removeprefix("http://").rstrip("/"),
        "code": qr_code(address, label=label),
    }
