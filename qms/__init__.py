"""Takt: wiring, and the ground on which the apps stand."""

from qms.celery import app as celery_app

__all__ = ["celery_app"]
