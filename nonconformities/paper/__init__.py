"""The report of a deviation on paper: what stands in it, for whom, and how it is issued."""

from nonconformities.paper.issuing import issue
from nonconformities.paper.variants import Variant

__all__ = ["Variant", "issue"]
