"""Every address. Apps are named as strings, so the ground imports none of them."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path, re_path

from qms.records import views

urlpatterns = [
    path("", include("progress.urls")),
    path("", include("documents.urls")),
    path("", include("nonconformities.urls")),
    path("", include("qms.organization.urls")),
    path("", include("qms.records.urls")),
    path("krav/", include("qms.requirements.urls")),
    path("api/", include("api.urls")),
    path("sprak/", views.set_language, name="set_language"),
    path("hjalp/", views.page, {"template": "pages/help.html"}, name="help"),
    path(
        "tillganglighet/", views.page, {"template": "pages/accessibility.html"},
        name="accessibility",
    ),
    path("halsa/", views.health, name="health"),
    # Only these of allauth's pages: accounts come from the organisation.
    path("logga-in/", account.login, name="account_login"),
    path("logga-ut/", account.logout, name="account_logout"),
    path("konto/inaktivt/", account.account_inactive, name="account_inactive"),
    path("konto/losenord/", account.password_change, name="account_change_password"),
    path("konto/glomt/", account.password_reset, name="account_reset_password"),
    path("konto/glomt/skickat/", account.password_reset_done, name="account_reset_password_done"),
    # The key holds a "-" of its own, so what stands before the first one is the person.
    re_path(
        r"^konto/glomt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "konto/glomt/klart/", account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]  # fmt: skip

if settings.DEVELOPMENT:
    urlpatterns.append(path("komponenter/", views.components, name="components"))
