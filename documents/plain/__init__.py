"""Plain language (klarspråk): how hard a text is to read, and where it can be made easier.

The Language Act (2009:600), 11 §: language in public activities is to be cultivated, simple and
easy to understand. A figure alone helps nobody, so each finding says what to do. Nothing here
stops anybody: the figures are blunt, and `words.py` says how they are counted.
"""

from documents.plain.advice import Finding
from documents.plain.measure import Readability, band, readability
from documents.plain.swaps import Swap, swaps_in

__all__ = ["Finding", "Readability", "Swap", "band", "readability", "swaps_in"]
