"""How people get an account: never by themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the organisation, so sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False, always."""
        return False
