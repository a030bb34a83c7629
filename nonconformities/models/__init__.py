"""Nonconformity, its causes and actions, and the rows that grade and sort it."""

from nonconformities.models.action import Action
from nonconformities.models.cause import Cause
from nonconformities.models.clock import Clock, TrackEntry
from nonconformities.models.crossing import Handover, Share
from nonconformities.models.effect import EffectCheck
from nonconformities.models.extent import ExtentAnswer, ExtentQuestion
from nonconformities.models.grading import Category, Grade
from nonconformities.models.importing import Import, KnownName, OldRow
from nonconformities.models.lesson import Lesson
from nonconformities.models.nonconformity import Nonconformity
from nonconformities.models.obligation import Obligation
from nonconformities.models.place import Place
from nonconformities.models.protected import ProtectedDetails
from nonconformities.models.route import Route
from nonconformities.models.track import Track

__all__ = [
    "Action",
    "Category",
    "Cause",
    "Clock",
    "EffectCheck",
    "ExtentAnswer",
    "ExtentQuestion",
    "Grade",
    "Handover",
    "Import",
    "KnownName",
    "Lesson",
    "Nonconformity",
    "Obligation",
    "OldRow",
    "Place",
    "ProtectedDetails",
    "Route",
    "Share",
    "Track",
    "TrackEntry",
]
