"""How people get an account: never by themselves."""

from typing import Any
from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from qms.organization.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the organisation, so sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False, always."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, where mail goes to somebody: a link that opens an account is not for the log."""
        if settings.MAIL_GOES_OUT:
            super().send_mail(template_prefix, email, context)


def for_sign_in(request: HttpRequest) -> dict[str, Any]:
    """Give templates whether a forgotten password can be mended by mail."""
    return {"mail_goes_out": settings.MAIL_GOES_OUT}


def password_link(user: User, site: str = "") -> str:
    """Return the address where `user` chooses a password, once and within three days.

    site: where people reach Takt; by default what the settings say.
    """
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return urljoin(site or site_address(), reverse("account_reset_password_from_key", kwargs=key))


def site_address() -> str:
    """Return where people reach Takt, as the settings say it."""
    if known := [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]:
        return known[0]
    name = next((host for host in settings.ALLOWED_HOSTS if host[0] not in "*."), "localhost")
    return f"{'https' if settings.SESSION_COOKIE_SECURE else 'http'}://{name}"
