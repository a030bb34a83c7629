"""What is asked of us, to read: the list of an edition and the page of one requirement."""

from typing import Any

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from qms.organization.models import Unit, User
from qms.requirements.models import Clause, Edition, Example
from qms.requirements.outline import Outline


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the requirements of an edition by chapter; a number goes straight to its page."""
    editions = list(Edition.objects.for_page())
    edition = _chosen(editions, request.GET.get("utgava", ""))
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if edition and query[:1].isdigit() and (found := _numbered(query, edition)):
        return redirect(found)
    context = _listed(edition, query, bool(request.GET.get("andrat"))) if edition else {}
    return render(
        request,
        "requirements/index.html",
        {"edition": edition, "editions": editions, "query": query, **context},
    )


def _chosen(editions: list[Edition], slug: str) -> Edition | None:
    """Return the edition asked for, or the newest of the standard. Raises Http404 if unknown."""
    if not slug:
        return editions[0] if editions else None
    for edition in editions:
        if edition.slug == slug:
            return edition
    raise Http404


def _numbered(query: str, edition: Edition) -> Clause | None:
    """Return the clause with this number, in the edition chosen or else in the newest one."""
    found = Clause.objects.for_page().numbered(query)
    newest = F("edition__published_on").desc(nulls_last=True)
    here = found.filter(edition=edition).first()
    return here or found.order_by("-edition__standard__kind", newest).first()


def _listed(edition: Edition, query: str, only_changed: bool) -> dict[str, Any]:
    outline = Outline(edition)
    leaves = edition.clauses.leaves()
    changed = set(leaves.changed().values_list("pk", flat=True))
    shown = {clause.pk for clause in outline.leaves}
    if query:
        shown = set(leaves.about(query).values_list("pk", flat=True))
        _show_where(query, outline)
    if only_changed:
        shown &= changed
    return {
        "chapters": outline.chapters(shown),
        "changed": changed,
        "only_changed": only_changed,
        "hits": len(shown),
    }


def _show_where(query: str, outline: Outline) -> None:
    """Put beside each requirement the example that holds a word searched for."""
    holds = Q()
    for word in query.split()[:8]:
        holds |= Q(text_sv__icontains=word)
    texts = {
        example.clause_id: example.text_sv
        for example in Example.objects.filter(holds, clause__edition=outline.edition)
    }
    for leaf in outline.leaves:
        leaf.found_in = texts.get(leaf.pk, "")


@require_safe
def clause(request: HttpRequest, edition: str, number: str) -> HttpResponse:
    """Show one requirement: what it means to us first, the standard's number second."""
    chosen = get_object_or_404(Clause.objects.for_page(), edition__slug=edition, number=number)
    outline = Outline(chosen.edition)
    changes = chosen.changes()
    examples = list(chosen.examples.all())
    unit = own_unit(request.user)  # type: ignore[arg-type]
    return render(
        request,
        "requirements/clause.html",
        {
            "clause": chosen,
            "above": outline.above(chosen),
            "below": outline.below(chosen),
            "previous": outline.previous(chosen),
            "following": outline.following(chosen),
            "examples": [example for example in examples if example.fits(unit)],
            "other_examples": [example for example in examples if not example.fits(unit)],
            "changes": changes,
            "relatives": chosen.relatives(changes),
        },
    )


def own_unit(user: User) -> Unit | None:
    """Return the unit of the first of the person's current appointments."""
    appointment = user.appointments.current().select_related("unit").first()
    return appointment.unit if appointment else None
