"""The request of somebody who has signed in, for the types."""

from django.http import HttpRequest

from qms.organization.models import User


class SignedInRequest(HttpRequest):
    """SignInMiddleware lets no other request reach a view that does not say otherwise."""

    user: User
