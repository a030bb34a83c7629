"""What ./takt look takes pictures of. A new page is one more line here."""

from typing import NamedTuple


class Page(NamedTuple):
    """A page as a person meets it.

    name: the picture's. address: where it starts. person: the demo user who looks, None for nobody.
    follow: a link on that page to go on by, for pages whose address holds a number. status: the
    answer that is right.
    """

    name: str
    address: str
    person: str | None = "cecilia"
    follow: str = ""
    status: int = 200


PAGES: tuple[Page, ...] = (
    Page("login", "/logga-in/", None),
    Page("home-coordinator", "/"),
    Page("home-head", "/", "eva"),
    Page("home-manager", "/", "bo"),
    Page("home-staff", "/", "anna"),
    Page("report", "/rapportera/", "anna"),
    Page("deviations", "/avvikelser/"),
    Page("deviation", "/avvikelser/", follow="main a[href*='/avvikelser/AVV-']"),
    Page("import", "/import/avvikelser/"),
    Page("borders", "/avvikelser/granser/"),
    Page("statistics", "/statistik/", "eva"),
    Page("statistics-masked", "/statistik/?manader=3"),
    Page("reassign", "/avvikelser/byt-ansvarig/?vy=oppna&alla=1", "bo"),
    Page("save-view", "/vyer/ny/?lista=avvikelser&fraga=vy%3Dsena", "bo"),
    Page("my-reports", "/mina-rapporter/", "anna"),
    Page("actions", "/atgarder/"),
    Page("action", "/atgarder/", follow="main a[href*='/atgarder/ATG-']"),
    Page("documents", "/dokument/", "anna"),
    Page("document", "/dokument/", "anna", follow="main th a[href*='/dokument/DOK-']"),
    Page("document-draft", "/dokument/mitt-arbete/", "bo", follow="main a[href*='/utkast/']"),
    Page("new-document", "/dokument/ny/", "bo"),
    Page("documents-mine", "/dokument/mitt-arbete/", "bo"),
    Page("documents-look-through", "/dokument/oversyn/", "bo"),
    Page("documents-search", "/dokument/?q=l%C3%A4kemedel", "anna"),
    Page("documents-see-to", "/dokument/att-se-over/?vy=oversyn", "cecilia"),
    Page("document-kinds", "/installningar/dokumenttyper/"),
    Page("document-kind", "/installningar/dokumenttyper/policy/"),
    Page("new-document-kind", "/installningar/dokumenttyper/ny/"),
    Page("to-read", "/dokument/att-lasa/", "anna"),
    Page("coverage", "/dokument/lasning/", "bo"),
    Page("coverage-of", "/dokument/lasning/", "bo", follow="main th a[href*='/lasning/']"),
    Page("suggestions", "/dokument/forslag/", "bo"),
    Page("places", "/platser/", "bo"),
    Page("place", "/platser/7X4M/", "bo"),
    Page("new-place", "/platser/ny/", "bo"),
    Page("close-place", "/platser/7X4M/stang/", "bo"),
    Page("posters", "/platser/affischer/", "bo"),
    Page("at-place", "/r/7X4M/", None),
    Page("at-closed-place", "/r/7X40/", None, status=410),
    Page("find-receipt", "/kvitto/", None),
    Page("receipt-unread", "/kvitto/7X4M-1111-1111-1111/", None),
    Page("receipt-asked", "/kvitto/7X4M-2222-2222-2222/", None),
    Page("receipt-closed", "/kvitto/7X4M-3333-3333-3333/", None),
    Page("receipt-not-enough", "/kvitto/7X4M-4444-4444-4444/", None),
    Page("lessons", "/lardomar/", "bo"),
    Page("lesson", "/lardomar/", "bo", follow="article h2 a"),
    Page("requirements", "/krav/"),
    Page("requirement", "/krav/", follow="main a[href*='/krav/iso']"),
    Page("organisation", "/organisation/"),
    Page("unit", "/organisation/", follow="main a[href^='/organisation/']"),
    Page("person", "/behorighet/anna-berg/"),
    Page("me", "/jag/", "anna"),
    Page("away", "/jag/borta/", "bo"),
    Page("away-for", "/behorighet/hanna-sundbo/borta/", "cecilia"),
    Page("clocks", "/provningar/", "ines"),
    Page("examination", "/provningar/", "ines", follow="main a[href*='/provningar/PRV-']"),
    Page("lifted", "/avvikelser/?vy=lyfta", "eva"),
    Page("routes", "/installningar/vagar/"),
    Page("new-route", "/installningar/vagar/ny/"),
    Page("law", "/installningar/lagar/lex-sarah/"),
    Page("keys", "/jag/nycklar/", "anna"),
    Page("other-systems", "/installningar/webhooks/"),
    Page("new-other-system", "/installningar/webhooks/nytt/"),
    Page("for-programs", "/api/", "anna"),
    Page("search", "/sok/?q=fall"),
    Page("settings", "/installningar/"),
    Page("help", "/hjalp/", "anna"),
    Page("accessibility", "/tillganglighet/", None),
    Page("not-found", "/finns-inte/", status=404),
)
