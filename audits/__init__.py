"""Internal audits (ISO 9001, 9.2).

The room is named so that the import contract holds it from the start.
"""
