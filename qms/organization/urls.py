"""Addresses of the organisation."""

from django.urls import path

from qms.organization import changing, tokens, views
from qms.organization.founding import FoundForm, SplitForm
from qms.organization.reorganising import (
    CloseForm,
    MergeForm,
    MoveForm,
    RenameForm,
)

app_name = "organization"
# The verb in the address, its name in code, and its form.
REORGANISING = [
    ("ny-enhet", "found", FoundForm),
    ("byt-namn", "rename", RenameForm),
    ("flytta", "move", MoveForm),
    ("stang", "close", CloseForm),
    ("sla-ihop", "merge", MergeForm),
    ("dela", "split", SplitForm),
]
urlpatterns = [
    path("organisation/", views.index, name="index"),
    path("organisation/csv/", changing.from_file, name="csv"),
    path("organisation/csv/hamta/", changing.to_file, name="export"),
    path("organisation/<str:code>/", views.unit, name="unit"),
    path("organisation/<str:code>/utse/", changing.appoint, name="appoint"),
    path(
        "organisation/<str:code>/avsluta-uppdrag/<int:pk>/",
        changing.dismiss,
        name="dismiss",
    ),
    path(
        "organisation/<str:code>/ta-tillbaka/<int:pk>/",
        changing.withdraw,
        name="withdraw",
    ),
    *[
        path(
            f"organisation/<str:code>/{address}/",
            changing.reorganise,
            {"form_class": form},
            name=name,
        )
        for address, name, form in REORGANISING
    ],
    path("behorighet/<str:slug>/", views.person, name="person"),
    path("jag/", views.me, name="me"),
    path("jag/nycklar/", tokens.tokens, name="tokens"),
    path("jag/nycklar/<int:pk>/aterkalla/", tokens.revoke, name="revoke_token"),
]
