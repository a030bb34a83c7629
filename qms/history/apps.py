"""The history app."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """Events, and the proof that nobody has changed them."""

    name = "qms.history"
    label = "history"
