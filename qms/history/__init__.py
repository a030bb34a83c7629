"""The story of everything that happens: one append-only, chained Event per verb (ISO 9001, 7.5.3).

It lies at the very bottom so that units, appointments and quality records tell their story
in the same way.
"""
