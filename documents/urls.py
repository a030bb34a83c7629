"""Addresses of documents and their versions."""

from django.urls import path

from documents import views
from documents.models import ChangeRequest
from documents.views import (
    coverage,
    files,
    imports,
    kinds,
    making,
    mine,
    orphans,
    readings,
    suggestions,
    supplements,
)
from qms.records.views import move

app_name = "documents"

urlpatterns = [
    path("dokument/", views.index, name="index"),
    path("dokument/ny/", making.new, name="new"),
    path("dokument/mitt-arbete/", mine.mine, name="mine"),
    path("dokument/oversyn/", mine.look_through, name="look_through"),
    path("dokument/att-lasa/", readings.to_read, name="to_read"),
    path("dokument/forslag/", suggestions.index, name="suggestions"),
    path("dokument/forslag/<str:number>/", suggestions.detail, name="suggestion"),
    path(
        "dokument/forslag/<str:number>/<slug:address>/",
        move,
        {"model": ChangeRequest},
        name="suggestion_move",
    ),
    path("dokument/lasning/", coverage.table, name="coverage"),
    path("dokument/lasning/exportera/", coverage.export, name="coverage_export"),
    path("dokument/att-se-over/", orphans.orphans, name="orphans"),
    path("dokument/att-se-over/exportera/", orphans.orphans_file, name="orphans_file"),
    path("dokument/<str:number>/", views.detail, name="detail"),
    path("dokument/<str:number>/malgrupp/", readings.audience, name="audience"),
    path("dokument/<str:number>/foresla/", suggestions.suggest, name="suggest"),
    path("dokument/<str:number>/utkast/", views.draft, name="draft"),
    path("dokument/<str:number>/utkast/skriv/", views.write, name="write"),
    path("dokument/<str:number>/utkast/sprakhjalp/", views.language, name="language"),
    path("dokument/<str:number>/utkast/bild/", views.picture, name="picture"),
    path("dokument/<str:number>/utkast/fil/", files.draft_file, name="draft_file"),
    path(
        "dokument/<str:number>/utkast/fil/ta-bort/",
        files.draft_file_remove,
        name="draft_file_remove",
    ),
    path("dokument/<str:number>/utkast/word/", files.word, name="word"),
    path("dokument/<str:number>/utkast/word/<uuid:uid>/", files.word_check, name="word_check"),
    path("dokument/<str:number>/v/<str:label>/som-word/", files.export_word, name="export_word"),
    path("dokument/<str:number>/jamfor/", views.compare, name="compare_any"),
    path("dokument/<str:number>/jamfor/<str:pair>/", views.compare, name="compare"),
    path("dokument/<str:number>/uppgifter/", making.facts, name="facts"),
    path("dokument/<str:number>/ny-version/", making.new_version, name="new_version"),
    path("dokument/<str:number>/tillagg/", supplements.new, name="new_supplement"),
    path("dokument/<str:number>/kontrollerat/", supplements.confirm, name="confirm_supplement"),
    path("dokument/<str:number>/v/<str:label>/", views.version, name="version"),
    path("dokument/<str:number>/v/<str:label>/last/", readings.read, name="read"),
    path("dokument/<str:number>/v/<str:label>/last/angra/", readings.undo, name="undo_reading"),
    path("dokument/<str:number>/v/<str:label>/lasning/", coverage.of_version, name="coverage_of"),
    path("dokument/<str:number>/v/<str:label>/fragor/", readings.questions, name="questions"),
    path("dokument/<str:number>/v/<str:label>/pdf/", views.paper, name="pdf"),
    path("dokument/<str:number>/v/<str:label>/<slug:address>/", views.version_move, name="move"),
    path("import/dokument/", imports.imports, name="imports"),
    path("import/dokument/lista.csv", imports.template, name="import_template"),
    path("import/dokument/<uuid:uid>/", imports.imported, name="import"),
    path("import/dokument/<uuid:uid>/rader/", imports.import_again, name="import_again"),
    path("import/dokument/<uuid:uid>/avbryt/", imports.import_give_up, name="import_give_up"),
    path(
        "import/dokument/<uuid:uid>/att-ratta.csv",
        imports.import_faults,
        {"kind": "csv"},
        name="import_faults",
    ),
    path(
        "import/dokument/<uuid:uid>/att-ratta.xlsx",
        imports.import_faults,
        {"kind": "xlsx"},
        name="import_faults_xlsx",
    ),
    path("installningar/dokumenttyper/", kinds.kinds, name="kinds"),
    path("installningar/dokumenttyper/ny/", kinds.new_kind, name="new_kind"),
    path("installningar/dokumenttyper/<slug:code>/", kinds.kind, name="kind"),
]
