"""Addresses that belong to no kind of record: files, search, settings."""

from django.urls import path

from qms.records.views import webhooks
from qms.records.views.absence import away, away_for, back
from qms.records.views.files import attachment, issued, work_file
from qms.records.views.rules import rule, rules
from qms.records.views.saved_views import save_view, saved_view
from qms.records.views.search import search
from qms.records.views.works import work

app_name = "records"

urlpatterns = [
    path("filer/<uuid:uid>/", attachment, name="attachment"),
    path("utgivet/<uuid:uid>/", issued, name="issued"),
    path("arbete/<uuid:uid>/", work, name="work"),
    path("arbete/<uuid:uid>/fil/", work_file, name="work_file"),
    path("vyer/ny/", save_view, name="save_view"),
    path("vyer/<uuid:uid>/", saved_view, name="saved_view"),
    path("jag/borta/", away, name="away"),
    path("behorighet/<str:slug>/borta/", away_for, name="away_for"),
    path("jag/borta/<int:pk>/tillbaka/", back, name="back"),
    path("sok/", search, name="search"),
    path("installningar/", rules, name="rules"),
    path("installningar/webhooks/", webhooks.webhooks, name="webhooks"),
    path("installningar/webhooks/nytt/", webhooks.new_webhook, name="new_webhook"),
    path("installningar/webhooks/<uuid:uid>/", webhooks.webhook, name="webhook"),
    path(
        "installningar/webhooks/<uuid:uid>/av-och-pa/",
        webhooks.switch_webhook,
        name="switch_webhook",
    ),
    path("installningar/webhooks/<uuid:uid>/prova/", webhooks.try_webhook, name="try_webhook"),
    path("installningar/<slug:code>/", rule, name="rule"),
]
