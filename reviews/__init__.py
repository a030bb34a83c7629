"""Management review (ISO 9001, 9.3).

The room is named so that the import contract holds it from the start.
"""
