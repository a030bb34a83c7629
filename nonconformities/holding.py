"""What a case holds: asked once with the case itself, so that nobody asks for what is not there.

Most cases have no files, no examination by law and no issued report; a page that asks for each
of them pays a round trip for every nothing.
"""

from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, Model, OuterRef

from nonconformities.models import (
    Action,
    Cause,
    EffectCheck,
    Lesson,
    Nonconformity,
    Track,
)
from qms.records.models import Attachment, Comment, IssuedFile

_ROWS: dict[str, type[Model]] = {
    "causes": Cause,
    "actions": Action,
    "effect_checks": EffectCheck,
    "requirements": Nonconformity.requirements.through,
}
_ATTACHED: dict[str, type[Model]] = {
    "comments": Comment,
    "attachments": Attachment,
    "issued": IssuedFile,
}


def holdings() -> dict[str, Exists]:
    """Return, by name, the questions whether a case has any of these, to annotate cases with."""
    return _asked(ContentType.objects.get_for_model(Nonconformity).pk)


@lru_cache(maxsize=4)
def _asked(kind: int) -> dict[str, Exists]:
    found = {
        f"has_any_{name}": Exists(_of(model).filter(nonconformity=OuterRef("pk")))
        for name, model in _ROWS.items()
    }
    for name, model in _ATTACHED.items():
        rows = _of(model).filter(content_type=kind, object_id=OuterRef("pk"))
        found[f"has_any_{name}"] = Exists(rows)
    alike = Lesson.objects.published().order_by().filter(category=OuterRef("category"))
    return found | {
        "has_any_tracks": Exists(_of(Track).filter(nonconformity=OuterRef("pk"))),
        "has_any_lessons_alike": Exists(alike),
    }


def _of(model: type[Model]) -> Any:
    return model._default_manager.order_by()


def know_of_nothing(case: Nonconformity) -> None:
    """Let a case annotated with `holdings` answer at once for what it has none of."""
    kept = case.__dict__.setdefault("_prefetched_objects_cache", {})
    for name in (*_ROWS, *_ATTACHED):
        if not getattr(case, f"has_any_{name}", True):
            rows: Any = case._meta.get_field(name).related_model
            kept.setdefault(name, rows._default_manager.none())


def has_any(case: Nonconformity, name: str) -> bool:
    """Return False when the case is known to have none of `name`."""
    return bool(getattr(case, f"has_any_{name}", True))
