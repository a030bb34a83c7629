"""A few saved views, so that the lists show what one may do with them."""

from collections.abc import Mapping

from progress.demo.scenes import NORTH
from qms.organization.models import Unit, User
from qms.records.models import SavedView

_VIEWS = (  # whose, of which list, what it is called, how it narrows, shared with
    ("bo", "avvikelser", "Norr: allvarliga", "vy=oppna&allvar=serious", NORTH),
    ("bo", "avvikelser", "Mina försenade", "vy=sena&ansvarig=bo", ""),
    ("eva", "avvikelser", "Utan utredning", "vy=alla&steg=assessed", "SOF"),
    ("cecilia", "avvikelser", "Klagomål", "vy=alla&slag=complaint", ""),
    ("hanna", "atgarder", "Löften som dröjer", "vy=sena", ""),
)


def save_views(units: Mapping[str, Unit]) -> None:
    """Save the views of the demo's people; done twice they are the same."""
    people = {
        user.username: user for user in User.objects.filter(username__in={v[0] for v in _VIEWS})
    }
    for owner, listing, name, query, code in _VIEWS:
        if owner in people and (not code or code in units):
            SavedView.keep(
                by=people[owner], listing=listing, name=name, query=query, unit=units.get(code)
            )
