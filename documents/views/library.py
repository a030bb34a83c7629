"""The list of documents that apply."""

from django.http import HttpResponse

from documents.listing import Library
from qms.organization.requests import SignedInRequest
from qms.records.pages import render_page


def index(request: SignedInRequest) -> HttpResponse:
    """List what applies today and is open to the reader, with a box to search in."""
    library = Library(request.user, request.GET)
    return render_page(request, "documents/index.html", "list", library=library)
