"""Controlled documents (ISO 9001, 7.5).

The room is named so that the import contract holds it from the start.
"""
