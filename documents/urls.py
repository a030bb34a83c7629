"""Addresses of documents and their versions."""

from django.urls import path

from documents import views
from documents.views import kinds, making, mine

app_name = "documents"

urlpatterns = [
    path("dokument/", views.index, name="index"),
    path("dokument/ny/", making.new, name="new"),
    path("dokument/mitt-arbete/", mine.mine, name="mine"),
    path("dokument/oversyn/", mine.look_through, name="look_through"),
    path("dokument/<str:number>/", views.detail, name="detail"),
    path("dokument/<str:number>/utkast/", views.draft, name="draft"),
    path("dokument/<str:number>/utkast/skriv/", views.write, name="write"),
    path("dokument/<str:number>/utkast/sprakhjalp/", views.language, name="language"),
    path("dokument/<str:number>/utkast/bild/", views.picture, name="picture"),
    path("dokument/<str:number>/jamfor/", views.compare, name="compare_any"),
    path("dokument/<str:number>/jamfor/<str:pair>/", views.compare, name="compare"),
    path("dokument/<str:number>/uppgifter/", making.facts, name="facts"),
    path("dokument/<str:number>/ny-version/", making.new_version, name="new_version"),
    path("dokument/<str:number>/v/<str:label>/", views.version, name="version"),
    path("dokument/<str:number>/v/<str:label>/<slug:address>/", views.version_move, name="move"),
    path("installningar/dokumenttyper/", kinds.kinds, name="kinds"),
    path("installningar/dokumenttyper/ny/", kinds.new_kind, name="new_kind"),
    path("installningar/dokumenttyper/<slug:code>/", kinds.kind, name="kind"),
]
