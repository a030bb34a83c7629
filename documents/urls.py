"""Addresses of documents and their versions."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("dokument/", views.index, name="index"),
    path("dokument/<str:number>/", views.detail, name="detail"),
    path("dokument/<str:number>/utkast/", views.draft, name="draft"),
    path("dokument/<str:number>/utkast/skriv/", views.write, name="write"),
    path("dokument/<str:number>/utkast/sprakhjalp/", views.language, name="language"),
    path("dokument/<str:number>/utkast/bild/", views.picture, name="picture"),
    path("dokument/<str:number>/jamfor/", views.compare, name="compare_any"),
    path("dokument/<str:number>/jamfor/<str:pair>/", views.compare, name="compare"),
    path("dokument/<str:number>/v/<str:label>/", views.version, name="version"),
    path("dokument/<str:number>/v/<str:label>/<slug:address>/", views.version_move, name="move"),
]
