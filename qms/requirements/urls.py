"""Addresses under /krav/."""

from django.urls import path

from qms.requirements import views

app_name = "requirements"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:edition>/<str:number>/", views.clause, name="clause"),
]
