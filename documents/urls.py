"""Addresses of documents and their versions."""

from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("dokument/", views.index, name="index"),
    path("dokument/<str:number>/", views.detail, name="detail"),
    path("dokument/<str:number>/utkast/", views.draft, name="draft"),
    path("dokument/<str:number>/v/<str:label>/", views.version, name="version"),
    path("dokument/<str:number>/v/<str:label>/<slug:address>/", views.version_move, name="move"),
]
