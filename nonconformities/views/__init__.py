"""Pages of deviations and actions, one module per noun."""

from nonconformities.views.actions import action, actions
from nonconformities.views.cases import borders, detail, index, protected, readers
from nonconformities.views.learning import extent, lesson, lessons
from nonconformities.views.reports import draft, mine, report
from nonconformities.views.routes import end_route, new_route, obligation, routes
from nonconformities.views.statistics import statistics
from nonconformities.views.tracks import examine_by_law, track, tracks

__all__ = [
    "action", "actions", "borders", "detail", "draft", "end_route", "examine_by_law", "extent",
    "index", "lesson", "lessons", "mine", "new_route", "obligation", "protected", "readers",
    "report", "routes", "statistics", "track", "tracks",
]  # fmt: skip
