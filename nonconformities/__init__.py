"""Deviations, their causes, actions and effect (ISO 9001, 8.7 and 10.2)."""
