"""Questions from other units, and lessons: what goes between the parts of the group."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from nonconformities.forms.lessons import LessonFilter
from nonconformities.lessons import LessonCard, trials_of
from nonconformities.models import ExtentAnswer, Lesson
from qms.organization.requests import SignedInRequest
from qms.records.forms import MoveForm
from qms.records.lists import ROWS
from qms.records.models import Access
from qms.records.pages import render_page


def extent(request: SignedInRequest, number: str) -> HttpResponse:
    """Show what a unit is asked: answered here, in a minute, without the case."""
    found = ExtentAnswer.objects.visible_to(request.user).with_access(request.user).for_page()
    asked = get_object_or_404(found.select_related("answered_by", "followed_in"), number=number)
    move, form = asked.moves()["answer"], None
    if asked.access == Access.FULL and asked.allows(request.user, "answer"):
        form = MoveForm.of(asked, move)(record=asked, user=request.user, move=move)
    return render_page(
        request, "nonconformities/extent.html", asked=asked, form=form,
        followed=asked.followed_for(request.user),
    )  # fmt: skip


def lessons(request: SignedInRequest) -> HttpResponse:
    """Show what others have learnt, narrowed by kind of service and category."""
    filters = LessonFilter(request.GET)
    found = filters.narrow(Lesson.objects.visible_to(request.user).published())
    page = Paginator(found.for_page(), ROWS).get_page(request.GET.get("sida"))
    return render_page(
        request, "nonconformities/lessons.html", "list", filters=filters, page=page,
        lessons=page.object_list, trials=trials_of(request.user),
    )  # fmt: skip


def lesson(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one lesson, who tries it and if it helped there."""
    found = Lesson.objects.visible_to(request.user).with_access(request.user).for_page()
    record = get_object_or_404(found.select_related("nonconformity__unit"), number=number)
    return render_page(
        request, "nonconformities/lesson.html", lesson=record,
        card=LessonCard(record, request.user),
    )  # fmt: skip
