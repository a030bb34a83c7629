"""Long works that only the tests ask for."""

from typing import Any

from django.utils.translation import gettext as _

from qms.records.models import Work
from qms.records.works import long_work
from tests.group import person


@long_work
def count(work: Work, *, rows: int) -> None:
    """Count some rows and give the result as a file."""
    for n in range(rows):
        work.step(n, rows, _("hits"))
    work.finish(file=b"a;b\n", name="räknat.csv", media_type="text/csv", says="Räknat.")


@long_work
def refuse(work: Work) -> None:
    """Make somebody, and then stop with a sentence."""
    person("halv", "Vägs")
    work.fail("Filen saknar en rad med rubriker.")


@long_work
def fall(work: Work) -> None:
    """Fall as a fault of ours does."""
    person("halv", "Vägs")
    raise ZeroDivisionError("qhemligtq")


@long_work(in_pieces=True)
def meet(work: Work, **_arguments: Any) -> None:
    """Be cancelled by somebody between two steps."""
    person("halv", "Vägs")
    Work.objects.get(pk=work.pk).cancel()
    work.step(1, 1)
    person("annan", "Halva")
