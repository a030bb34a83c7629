"""Addresses of deviations and actions."""

from django.urls import path

from nonconformities import views
from nonconformities.models import Action, ExtentAnswer, Lesson, Nonconformity, Track
from nonconformities.views import imports, places, receipts
from nonconformities.views.at_place import at_place
from qms.records.views import move
from qms.records.views.exports import export
from qms.records.views.reassigning import reassign, reassigned

app_name = "nonconformities"

urlpatterns = [
    path("rapportera/", views.report, name="report"),
    path("rapportera/<uuid:uid>/", views.draft, name="draft"),
    path("r/<str:code>/", at_place, name="at_place"),
    path("kvitto/", receipts.find_receipt, name="find_receipt"),
    path("kvitto/<str:code>/", receipts.receipt, name="receipt"),
    path("kvitto/<str:code>/skriv/", receipts.write, name="write"),
    path("kvitto/<str:code>/nojd/", receipts.last_word, name="last_word"),
    path("platser/", places.places, name="places"),
    path("platser/ny/", places.new_place, name="new_place"),
    path("platser/affischer/", places.print_posters, name="posters"),
    path("platser/<str:code>/", places.place, name="place"),
    path("platser/<str:code>/andra/", places.edit_place, name="edit_place"),
    path("platser/<str:code>/stang/", places.close_place, name="close_place"),
    path("platser/<str:code>/oppna/", places.open_place, name="open_place"),
    path("platser/<str:code>/surfplatta/", places.use_device, name="use_device"),
    path("platser/<str:code>/glom-enheter/", places.forget_devices, name="forget_devices"),
    path("mina-rapporter/", views.mine, name="mine"),
    path("avvikelser/", views.index, name="index"),
    path("avvikelser/exportera/", export, {"code": "avvikelser"}, name="export"),
    path("avvikelser/granser/", views.borders, name="borders"),
    path("avvikelser/byt-ansvarig/", reassign, {"code": "avvikelser"}, name="reassign"),
    path(
        "avvikelser/byt-ansvarig/klart/", reassigned, {"code": "avvikelser"}, name="reassigned"
    ),
    path("avvikelser/<str:number>/", views.detail, name="detail"),
    path("avvikelser/<str:number>/skyddat/", views.protected, name="protected"),
    path("avvikelser/<str:number>/synlig-for/", views.readers, name="readers"),
    path(
        "avvikelser/<str:number>/prova-enligt-lag/", views.examine_by_law, name="examine_by_law"
    ),
    path(
        "avvikelser/<str:number>/<slug:address>/", move, {"model": Nonconformity}, name="move"
    ),
    path("statistik/", views.statistics, name="statistics"),
    path("import/avvikelser/", imports.imports, name="imports"),
    path("import/avvikelser/mall.csv", imports.template, name="import_template"),
    path("import/avvikelser/<uuid:uid>/", imports.imported, name="import"),
    path("import/avvikelser/<uuid:uid>/kolumner/", imports.import_columns, name="import_columns"),
    path("import/avvikelser/<uuid:uid>/namn/", imports.import_names, name="import_names"),
    path("import/avvikelser/<uuid:uid>/kontrollera/", imports.import_check, name="import_check"),
    path(
        "import/avvikelser/<uuid:uid>/att-ratta.csv", imports.import_faults, {"kind": "csv"},
        name="import_faults",
    ),
    path(
        "import/avvikelser/<uuid:uid>/att-ratta.xlsx", imports.import_faults, {"kind": "xlsx"},
        name="import_faults_xlsx",
    ),
    path("import/avvikelser/<uuid:uid>/fortsatt/", imports.import_go_on, name="import_go_on"),
    path("import/avvikelser/<uuid:uid>/angra/", imports.import_withdraw, name="import_withdraw"),
    path("import/avvikelser/<uuid:uid>/avbryt/", imports.import_give_up, name="import_give_up"),
    path("atgarder/", views.actions, name="actions"),
    path("atgarder/exportera/", export, {"code": "atgarder"}, name="export_actions"),
    path("atgarder/byt-ansvarig/", reassign, {"code": "atgarder"}, name="reassign_actions"),
    path(
        "atgarder/byt-ansvarig/klart/", reassigned, {"code": "atgarder"},
        name="reassigned_actions",
    ),
    path("atgarder/<str:number>/", views.action, name="action"),
    path("atgarder/<str:number>/<slug:address>/", move, {"model": Action}, name="action_move"),
    path("installningar/vagar/", views.routes, name="routes"),
    path("installningar/vagar/ny/", views.new_route, name="new_route"),
    path("installningar/vagar/<int:pk>/ta-bort/", views.end_route, name="end_route"),
    path("installningar/lagar/<slug:code>/", views.obligation, name="obligation"),
    path("provningar/", views.tracks, name="tracks"),
    path("provningar/<str:number>/", views.track, name="track"),
    path("provningar/<str:number>/<slug:address>/", move, {"model": Track}, name="track_move"),
    path("fragor/<str:number>/", views.extent, name="extent"),
    path(
        "fragor/<str:number>/<slug:address>/", move, {"model": ExtentAnswer}, name="extent_move"
    ),
    path("lardomar/", views.lessons, name="lessons"),
    path("lardomar/<str:number>/", views.lesson, name="lesson"),
    path("lardomar/<str:number>/<slug:address>/", move, {"model": Lesson}, name="lesson_move"),
]  # fmt: skip
