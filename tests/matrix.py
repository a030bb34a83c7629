"""The matrix: what everybody in the cast is answered at every address, and who may do which verb.

Read a line across: 200 shown, 403 known but not yours to do, 404 does not exist for you, 302 sent
elsewhere (nobody: to sign in). {north}, {company}, {secret}, {school} are cases in those places
(see tests/planted.py); {…_file}, {…_action} belong to them; {draft} is Anna's.

Bo, Berit and Eva lead home care; Ines investigates there. Cecilia and Gun follow the whole group
and David the company, with secret texts masked. Frank leads a school. Adam appoints. Nils has no
appointment at all.
"""

# ruff: noqa: E501
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

CAST = ("anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "adam", "nils", "nobody")  # fmt: skip

# fmt: off
_PAGES = """
                                                           anna bo  beri ceci davi eva ines fran gun adam nils nobody
progress:home           /                                   200 200  200  200  200 200  200  200 200  200  200    302
documents:index         /dokument/                          200 200  200  200  200 200  200  200 200  200  200    302
documents:index         /dokument/?q=qdocnorth              200 200  200  200  200 200  200  200 200  200  200    302
documents:orphans       /dokument/att-se-over/              404 200  200  200  404 200  404  200 404  404  404    302
documents:orphans       /dokument/att-se-over/?vy=oversyn   404 200  200  200  404 200  404  200 404  404  404    302
documents:orphans_file  /dokument/att-se-over/exportera/?format=csv 404 200 200 200 404 200 404 200 404 404  404    302
documents:index         /dokument/?q=qdocopn&enhet=min&bokstav=Q 200 200 200 200 200 200 200 200 200  200  200    302
documents:new           /dokument/ny/                       404 200  200  200  404 200  404  200 404  404  404    302
documents:mine          /dokument/mitt-arbete/              200 200  200  200  200 200  200  200 200  200  200    302
documents:look_through  /dokument/oversyn/                  200 200  200  200  200 200  200  200 200  200  200    302
documents:facts         /dokument/{docnorth}/uppgifter/     403 200  200  404  404 200  403  404 404  404  404    302
documents:facts         /dokument/{docopen}/uppgifter/      403 403  403  200  403 403  403  403 403  403  404    302
documents:new_version   /dokument/{docnorth}/ny-version/    403 302  302  404  404 302  403  404 404  404  404    302
documents:new_version   /dokument/{docopen}/ny-version/     403 403  403  200  403 403  403  403 403  403  404    302
documents:kinds         /installningar/dokumenttyper/       404 404  404  200  404 404  404  404 404  200  404    302
documents:new_kind      /installningar/dokumenttyper/ny/    404 404  404  200  404 404  404  404 404  200  404    302
documents:kind          /installningar/dokumenttyper/rutin/ 404 404  404  200  404 404  404  404 404  200  404    302
documents:detail        /dokument/{docnorth}/               200 200  200  404  404 200  200  404 404  404  404    302
documents:detail        /dokument/{docschool}/              404 404  404  404  404 404  404  200 404  404  404    302
documents:detail        /dokument/{docopen}/                200 200  200  200  200 200  200  200 200  200  404    302
documents:detail        /dokument/{docreview}/              302 302  302  404  404 302  404  404 404  404  404    302
documents:draft         /dokument/{docnorth}/utkast/        404 200  200  404  404 200  404  404 404  404  404    302
documents:draft         /dokument/{docreview}/utkast/       200 200  200  404  404 200  404  404 404  404  404    302
documents:draft         /dokument/{docopen}/utkast/         404 404  404  404  404 404  404  404 404  404  404    302
documents:version       /dokument/{docopen}/v/1.0/          200 200  200  200  200 200  200  200 200  200  404    302
documents:version       /dokument/{docnorth}/v/1.0/         302 302  302  404  404 302  302  404 404  404  404    302
documents:version       /dokument/{docnorth}/v/2.0/         404 302  302  404  404 302  404  404 404  404  404    302
documents:move          /dokument/{docnorth}/v/1.0/upphav/  404 200  200  404  404 200  404  404 404  404  404    302
documents:move          /dokument/{docopen}/v/2.0/upphav/   404 404  404  403  404 404  404  404 404  404  404    302
documents:write         /dokument/{docnorth}/utkast/skriv/  404 200  200  404  404 200  404  404 404  404  404    302
documents:write         /dokument/{docreview}/utkast/skriv/ 404 404  404  404  404 404  404  404 404  404  404    302
documents:language      /dokument/{docnorth}/utkast/sprakhjalp/ 405 405 405 405 405 405 405  405 405  405  405    302
documents:picture       /dokument/{docnorth}/utkast/bild/   404 200  200  404  404 200  404  404 404  404  404    302
documents:new_supplement /dokument/{docopen}/tillagg/       404 200  200  200  404 200  404  200 404  404  404    302
documents:new_supplement /dokument/{docnorth}/tillagg/      404 404  404  404  404 404  404  404 404  404  404    302
documents:confirm_supplement /dokument/{docopen}/kontrollerat/ 405 405 405 405 405 405 405  405 405  405  405    405
documents:pdf           /dokument/{docopen}/v/2.0/pdf/      302 302  302  302  302 302  302  302 302  302  404    302
documents:pdf           /dokument/{docnorth}/v/1.0/pdf/     302 302  302  404  404 302  302  404 404  404  404    302
documents:pdf           /dokument/{docnorth}/v/2.0/pdf/     404 302  302  404  404 302  404  404 404  404  404    302
documents:compare_any   /dokument/{docopen}/jamfor/?fran=1.0&till=2.0 302 302 302 302 302 302 302 302 302 302 404  302
documents:compare       /dokument/{docopen}/jamfor/1.0..2.0/ 200 200 200  200  200 200  200  200 200  200  404    302
documents:compare       /dokument/{docnorth}/jamfor/1.0..2.0/ 404 200 200 404  404 200  404  404 404  404  404    302
documents:compare       /dokument/{docschool}/jamfor/1.0..1.0/ 404 404 404 404 404 404  404  200 404  404  404    302
documents:to_read       /dokument/att-lasa/                 200 200  200  200  200 200  200  200 200  200  200    302
documents:coverage      /dokument/lasning/                  404 200  200  200  404 200  404  200 404  404  404    302
documents:coverage      /dokument/lasning/?enhet=SOF-HT-01  404 200  200  200  404 200  404  200 404  404  404    302
documents:coverage_export /dokument/lasning/exportera/?format=csv 404 200 200 200 404 200 404 200 404 404 404 302
documents:coverage_of   /dokument/{docnorth}/v/1.0/lasning/ 404 200  200  200  404 200  404  404 404  404  404    302
documents:suggestions   /dokument/forslag/                  200 200  200  200  200 200  200  200 200  200  200    302
documents:suggestion    /dokument/forslag/{docchange}/      200 200  200  404  404 200  404  404 404  404  404    302
documents:suggestion_move /dokument/forslag/{docchange}/ta-upp/ 403 409 409 404 404 409  404  404 404  404  404    302
documents:audience      /dokument/{docnorth}/malgrupp/      403 200  200  404  404 200  403  404 404  404  404    302
documents:suggest       /dokument/{docnorth}/foresla/       200 200  200  404  404 200  200  404 404  404  404    302
documents:suggest       /dokument/{docreview}/foresla/      404 404  404  404  404 404  404  404 404  404  404    302
documents:read          /dokument/{docnorth}/v/1.0/last/    405 405  405  405  405 405  405  405 405  405  405    302
documents:undo_reading  /dokument/{docnorth}/v/1.0/last/angra/ 405 405 405 405 405 405  405  405 405  405  405    302
documents:questions     /dokument/{docnorth}/v/1.0/fragor/  404 404  404  404  404 404  200  404 404  404  404    302
documents:draft_file    /dokument/{docnorth}/utkast/fil/    404 200  200  404  404 200  404  404 404  404  404    302
documents:draft_file    /dokument/{docreview}/utkast/fil/   404 404  404  404  404 404  404  404 404  404  404    302
documents:draft_file_remove /dokument/{docnorth}/utkast/fil/ta-bort/ 405 405 405 405 405 405 405 405 405 405 405 302
documents:word          /dokument/{docnorth}/utkast/word/   404 200  200  404  404 200  404  404 404  404  404    302
documents:word_check    /dokument/{docnorth}/utkast/word/{incoming}/ 404 200 302 404 404 302 404 404 404 404 404 302
documents:export_word   /dokument/{docnorth}/v/1.0/som-word/ 200 200 200  404  404 200  200  404 404  404  404    302
documents:export_word   /dokument/{docnorth}/v/2.0/som-word/ 404 200 200  404  404 200  404  404 404  404  404    302
documents:export_word   /dokument/{docfile}/v/1.0/som-word/ 404 404  404  404  404 404  404  404 404  404  404    302
documents:detail        /dokument/{docfile}/                200 200  200  404  404 200  200  404 404  404  404    302
records:attachment      /filer/{docfile_file}/              200 200  200  404  404 200  200  404 404  404  404    302
documents:imports       /import/dokument/                   404 404  404  200  404 404  404  404 404  200  404    302
documents:import_template /import/dokument/lista.csv        404 404  404  200  404 404  404  404 404  200  404    302
documents:import        /import/dokument/{folder}/          404 404  404  200  404 404  404  404 404  404  404    302
documents:import_again  /import/dokument/{folder}/rader/    405 405  405  405  405 405  405  405 405  405  405    302
documents:import_give_up /import/dokument/{folder}/avbryt/  405 405  405  405  405 405  405  405 405  405  405    302
documents:import_faults /import/dokument/{folder}/att-ratta.csv 404 404 404 200 404 404 404 404 404 404 404      302
documents:import_faults_xlsx /import/dokument/{folder}/att-ratta.xlsx 404 404 404 200 404 404 404 404 404 404 404 302
nonconformities:report  /rapportera/                        200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:draft   /rapportera/{draft}/                200 404  404  404  404 404  404  404 404  404  404    302
nonconformities:draft   /rapportera/{sent}/                 302 404  404  404  404 404  404  404 404  404  404    302
nonconformities:receipt /kvitto/{receipt}/                  200 404  404  404  404 404  404  404 404  404  404    302
nonconformities:receipt /kvitto/{borne}/                    200 200  200  200  200 200  200  200 200  200  200    200
nonconformities:receipt /kvitto/0000-0000-0000-0000/        404 404  404  404  404 404  404  404 404  404  404    404
nonconformities:find_receipt /kvitto/                       200 200  200  200  200 200  200  200 200  200  200    200
nonconformities:write   /kvitto/{borne}/skriv/              405 405  405  405  405 405  405  405 405  405  405    405
nonconformities:last_word /kvitto/{borne}/nojd/             405 405  405  405  405 405  405  405 405  405  405    405
nonconformities:at_place /r/{kitchen}/                      302 302  302  302  302 302  302  302 302  302  302    200
nonconformities:at_place /r/{office}/                       302 302  302  302  302 302  302  302 302  302  302    302
nonconformities:at_place /r/{cellar}/                       410 410  410  410  410 410  410  410 410  410  410    410
nonconformities:at_place /r/ZZZZ/                           404 404  404  404  404 404  404  404 404  404  404    404
nonconformities:places  /platser/                           404 200  200  200  404 200  404  200 404  200  404    302
nonconformities:new_place /platser/ny/                      404 200  200  200  404 200  404  200 404  200  404    302
nonconformities:posters /platser/affischer/                 404 200  200  200  404 200  404  200 404  200  404    302
nonconformities:place   /platser/{kitchen}/                 404 200  200  200  404 200  404  404 404  200  404    302
nonconformities:edit_place /platser/{kitchen}/andra/        404 200  200  200  404 200  404  404 404  200  404    302
nonconformities:close_place /platser/{kitchen}/stang/       404 200  200  200  404 200  404  404 404  200  404    302
nonconformities:open_place /platser/{cellar}/oppna/         405 405  405  405  405 405  405  405 405  405  405    302
nonconformities:use_device /platser/{kitchen}/surfplatta/   405 405  405  405  405 405  405  405 405  405  405    302
nonconformities:forget_devices /platser/{kitchen}/glom-enheter/ 405 405 405 405 405 405  405  405 405  405  405    302
nonconformities:mine    /mina-rapporter/                    200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:index   /avvikelser/                        200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:index   /avvikelser/?vy=alla                200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:index   /avvikelser/?vy=alla&sok=qnorth     200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:export  /avvikelser/exportera/?vy=alla&format=csv  200 200 200 200 200 200 200 200 200 200 200 302
nonconformities:export  /avvikelser/exportera/?vy=alla&format=xlsx 200 200 200 200 200 200 200 200 200 200 200 302
nonconformities:export  /avvikelser/exportera/?vy=alla&format=exe  404 404 404 404 404 404 404 404 404 404 404 302
nonconformities:export_actions /atgarder/exportera/?vy=alla&format=csv 200 200 200 200 200 200 200 200 200 200 200 302
nonconformities:borders /avvikelser/granser/                404 200  200  200  200 200  200  200 200  404  404    302
nonconformities:reassign /avvikelser/byt-ansvarig/?rad={north}     404 200 200 404 404 200 404 302 404 404 404 302
nonconformities:reassigned /avvikelser/byt-ansvarig/klart/         302 302 302 302 302 302 302 302 302 302 302 302
nonconformities:reassign_actions /atgarder/byt-ansvarig/?rad={north_action} 404 200 200 404 404 200 404 302 404 404 404 302
nonconformities:reassigned_actions /atgarder/byt-ansvarig/klart/   302 302 302 302 302 302 302 302 302 302 302 302
nonconformities:detail  /avvikelser/{north}/                200 200  200  200  404 200  200  404 200  404  404    302
nonconformities:detail  /avvikelser/{hidden}/               404 200  200  200  404 200  200  404 200  404  404    302
nonconformities:detail  /avvikelser/{borne_case}/           404 200  200  200  404 200  200  404 200  404  404    302
nonconformities:detail  /avvikelser/{company}/              404 404  404  200  200 404  404  404 200  404  404    302
nonconformities:detail  /avvikelser/{secret}/               404 404  404  200  200 404  404  404 200  404  404    302
nonconformities:detail  /avvikelser/{school}/               404 404  404  200  404 404  404  200 200  404  404    302
nonconformities:readers /avvikelser/{north}/synlig-for/     200 200  200  404  404 200  200  404 404  404  404    302
nonconformities:readers /avvikelser/{hidden}/synlig-for/    404 200  200  404  404 200  200  404 404  404  404    302
nonconformities:readers /avvikelser/{company}/synlig-for/   404 404  404  200  200 404  404  404 404  404  404    302
nonconformities:readers /avvikelser/{secret}/synlig-for/    404 404  404  404  404 404  404  404 404  404  404    302
nonconformities:protected /avvikelser/{north}/skyddat/      404 302  404  404  404 404  302  404 404  404  404    302
nonconformities:protected /avvikelser/{school}/skyddat/     404 404  404  404  404 404  404  302 404  404  404    302
nonconformities:move    /avvikelser/{north}/kommentera/     200 200  200  200  404 200  200  404 403  404  404    302
nonconformities:move    /avvikelser/{north}/finns-inte/     404 404  404  404  404 404  404  404 404  404  404    302
nonconformities:statistics /statistik/                        404 200 200 200 200 200 200 200 200 404 404 302
nonconformities:statistics /statistik/?enhet=SOF-HT-01&manader=3 404 200 200 200 200 200 200 200 200 404 404 302
nonconformities:statistics /statistik/?format=csv             404 200 200 200 200 200 200 200 200 404 404 302
nonconformities:actions /atgarder/                          200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:actions /atgarder/?vy=alla                  200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:action  /atgarder/{north_action}/           404 200  200  200  404 200  200  404 200  404  404    302
nonconformities:action  /atgarder/{company_action}/         404 404  404  200  200 404  404  404 200  404  404    302
nonconformities:action  /atgarder/{secret_action}/          404 404  404  200  200 404  404  404 200  404  404    302
nonconformities:action  /atgarder/{school_action}/          404 404  404  200  404 404  404  200 200  404  404    302
nonconformities:action_move /atgarder/{north_action}/bifoga/ 404 200 200  403  404 200  200  404 403  404  404    302
nonconformities:examine_by_law /avvikelser/{north}/prova-enligt-lag/ 404 200 404 404 404 404 200 404 404 404 404 302
nonconformities:examine_by_law /avvikelser/{company}/prova-enligt-lag/ 404 404 404 404 404 404 404 404 404 404 404 302
nonconformities:tracks  /provningar/                        404 200  404  404  404 404  200  200 404  404  404    302
nonconformities:track   /provningar/{north_track}/          404 200  404  404  404 404  200  404 404  404  404    302
nonconformities:track   /provningar/{company_track}/        404 404  404  404  404 404  404  404 404  404  404    302
nonconformities:track   /provningar/{school_track}/         404 404  404  404  404 404  404  200 404  404  404    302
nonconformities:track_move /provningar/{north_track}/skriv/ 404 200  404  404  404 404  200  404 404  404  404    302
nonconformities:track_move /provningar/{north_track}/las/   404 200  404  404  404 404  200  404 404  404  404    302
nonconformities:extent  /fragor/{asked}/                    404 404  404  200  404 404  404  200 200  404  404    302
nonconformities:extent  /fragor/{asking}/                   404 404  200  200  404 200  200  404 200  404  404    302
nonconformities:extent_move /fragor/{asking}/svara/         404 404  200  403  404 200  403  404 403  404  404    302
nonconformities:extent_move /fragor/{asked}/svara/          404 404  404  403  404 404  404  409 403  404  404    302
nonconformities:lessons /lardomar/                          200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:lessons /lardomar/?tjanst=care              200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:lesson  /lardomar/{lesson}/                 200 200  200  200  200 200  200  200 200  200  200    302
nonconformities:lesson_move /lardomar/{lesson}/prova/       403 200  200  403  403 200  403  200 403  403  403    302
nonconformities:lesson_move /lardomar/{lesson}/dra-tillbaka/ 403 200 200  403  403 200  403  403 403  403  403    302
nonconformities:imports /import/avvikelser/                 404 404  404  200  404 404  404  404 404  200  404    302
nonconformities:import_template /import/avvikelser/mall.csv 404 404  404  200  404 404  404  404 404  200  404    302
nonconformities:import  /import/avvikelser/{imported}/      404 404  404  200  404 404  404  404 404  200  404    302
nonconformities:import  /import/avvikelser/{waiting}/       404 404  404  302  404 404  404  404 404  404  404    302
nonconformities:import_columns /import/avvikelser/{waiting}/kolumner/ 404 404 404 302 404 404 404 404 404 404 404 302
nonconformities:import_names /import/avvikelser/{waiting}/namn/ 404 404 404 302 404 404 404 404 404 404 404      302
nonconformities:import_check /import/avvikelser/{waiting}/kontrollera/ 404 404 404 302 404 404 404 404 404 404 404 302
nonconformities:import_faults /import/avvikelser/{imported}/att-ratta.csv 404 404 404 404 404 404 404 404 404 404 404 302
nonconformities:import_faults_xlsx /import/avvikelser/{imported}/att-ratta.xlsx 404 404 404 404 404 404 404 404 404 404 404 302
nonconformities:import_withdraw /import/avvikelser/{imported}/angra/ 404 404 404 200 404 404 404 404 404 200 404 302
nonconformities:import_go_on /import/avvikelser/{imported}/fortsatt/ 405 405 405 405 405 405 405 405 405 405 405 302
nonconformities:import_give_up /import/avvikelser/{waiting}/avbryt/ 405 405 405 405 405 405 405 405 405 405 405 302
nonconformities:detail  /avvikelser/{old}/                  404 200  200  200  404 200  200  404 200  404  404    302
records:search          /sok/?q=2019:0042                   200 302  302  200  200 302  302  200 200  200  200    302
requirements:index      /krav/                              200 200  200  200  200 200  200  200 200  200  200    302
requirements:clause     /krav/iso9001-2026/8.5.1/           200 200  200  200  200 200  200  200 200  200  200    302
organization:index      /organisation/                      200 200  200  200  200 200  200  200 200  200  200    302
organization:unit       /organisation/SOF-HT-01/            200 200  200  200  200 200  200  200 200  200  200    302
organization:appoint    /organisation/SOF-HT-01/utse/       404 404  404  200  404 200  404  404 404  200  404    302
organization:appoint    /organisation/BUF/utse/             404 404  404  200  404 404  404  404 404  200  404    302
organization:dismiss    /organisation/SOF-HT-01/avsluta-uppdrag/{role}/ 404 404 404 200 404 200 404 404 404 200 404 302
organization:withdraw   /organisation/SOF-HT-02/ta-tillbaka/{change}/ 404 404 404 200 404 404 404 404 404 200 404 302
organization:found      /organisation/SOF-HT/ny-enhet/      404 404  404  200  404 404  404  404 404  200  404    302
organization:rename     /organisation/SOF-HT-01/byt-namn/   404 404  404  200  404 404  404  404 404  200  404    302
organization:move       /organisation/SOF-HT-01/flytta/     404 404  404  200  404 404  404  404 404  200  404    302
organization:close      /organisation/SOF-HT-01/stang/      404 404  404  200  404 404  404  404 404  200  404    302
organization:merge      /organisation/SOF-HT-01/sla-ihop/   404 404  404  200  404 404  404  404 404  200  404    302
organization:split      /organisation/SOF-HT-01/dela/       404 404  404  200  404 404  404  404 404  200  404    302
organization:csv        /organisation/csv/                  404 404  404  200  404 404  404  404 404  200  404    302
organization:export     /organisation/csv/hamta/            404 404  404  200  404 404  404  404 404  200  404    302
organization:person     /behorighet/bo-ek/                  404 200  404  200  404 200  404  404 404  200  404    302
organization:person     /behorighet/frank-sjo/              404 404  404  200  404 404  404  200 404  200  404    302
organization:me         /jag/                               200 200  200  200  200 200  200  200 200  200  200    302
organization:tokens     /jag/nycklar/                       200 200  200  200  200 200  200  200 200  200  200    302
organization:revoke_token /jag/nycklar/1/aterkalla/         405 405  405  405  405 405  405  405 405  405  405    302
api:about               /api/                               200 200  200  200  200 200  200  200 200  200  200    302
api:v1:units            /api/v1/units                       200 200  200  200  200 200  200  200 200  200  200    401
api:v1:unit             /api/v1/units/SOF-HT-01             200 200  200  200  200 200  200  200 200  200  200    401
api:v1:editions         /api/v1/editions                    200 200  200  200  200 200  200  200 200  200  200    401
api:v1:requirements     /api/v1/requirements                200 200  200  200  200 200  200  200 200  200  200    401
api:v1:requirement      /api/v1/requirements/iso9001-2026/8.5.1 200 200 200 200 200 200 200 200 200 200 200 401
api:v1:documents        /api/v1/documents                   200 200  200  200  200 200  200  200 200  200  200    401
api:v1:documents        /api/v1/documents?q=qdocopen        200 200  200  200  200 200  200  200 200  200  200    401
api:v1:document         /api/v1/documents/{docnorth}        200 200  200  404  404 200  200  404 404  404  404    401
api:v1:document         /api/v1/documents/{docschool}       404 404  404  404  404 404  404  200 404  404  404    401
api:v1:document         /api/v1/documents/{docopen}         200 200  200  200  200 200  200  200 200  200  404    401
api:v1:document         /api/v1/documents/{docreview}       404 404  404  404  404 404  404  404 404  404  404    401
api:v1:document_versions /api/v1/documents/{docnorth}/versions 200 200 200 404 404 200 200 404 404 404 404 401
api:v1:deviations       /api/v1/deviations                  200 200  200  200  200 200  200  200 200  200  200    401
api:v1:deviations       /api/v1/deviations?vy=alla          200 200  200  200  200 200  200  200 200  200  200    401
api:v1:deviations       /api/v1/deviations?vy=alla&sok=qnorth 200 200 200 200 200 200 200 200 200 200 200 401
api:v1:deviation        /api/v1/deviations/{north}          200 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation        /api/v1/deviations/{hidden}         404 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation        /api/v1/deviations/{company}        404 404  404  200  200 404  404  404 200  404  404    401
api:v1:deviation        /api/v1/deviations/{secret}         404 404  404  200  200 404  404  404 200  404  404    401
api:v1:deviation        /api/v1/deviations/{school}         404 404  404  200  404 404  404  200 200  404  404    401
api:v1:deviation_events /api/v1/deviations/{north}/events   200 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation_events /api/v1/deviations/{secret}/events  404 404  404  200  200 404  404  404 200  404  404    401
api:v1:deviation_events /api/v1/deviations/{hidden}/events  404 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation_comments /api/v1/deviations/{north}/comments 200 200 200 200 404 200 200 404 200 404 404 401
api:v1:deviation_comments /api/v1/deviations/{hidden}/comments 404 200 200 200 404 200 200 404 200 404 404 401
api:v1:deviation_comments /api/v1/deviations/{secret}/comments 404 404 404 200 200 404 404 404 200 404 404 401
api:v1:deviation_moves  /api/v1/deviations/{north}/moves    200 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation_moves  /api/v1/deviations/{hidden}/moves   404 200  200  200  404 200  200  404 200  404  404    401
api:v1:deviation_moves  /api/v1/deviations/{secret}/moves   404 404  404  200  200 404  404  404 200  404  404    401
api:v1:deviation_move   /api/v1/deviations/{north}/moves/assess 405 405 405 405 405 405 405 405 405 405 405 405
api:v1:deviation_attachments /api/v1/deviations/{north}/attachments 405 405 405 405 405 405 405 405 405 405 405 405
api:v1:attachment       /api/v1/attachments/{north_own_file} 200 200 200  404  404 200  200  404 404  404  404    401
api:v1:attachment       /api/v1/attachments/{north_file}    404 200  200  404  404 200  200  404 404  404  404    401
api:v1:attachment       /api/v1/attachments/{secret_file}   404 404  404  404  404 404  404  404 404  404  404    401
api:v1:actions          /api/v1/actions                     200 200  200  200  200 200  200  200 200  200  200    401
api:v1:actions          /api/v1/actions?vy=alla             200 200  200  200  200 200  200  200 200  200  200    401
api:v1:action           /api/v1/actions/{north_action}      404 200  200  200  404 200  200  404 200  404  404    401
api:v1:action           /api/v1/actions/{company_action}    404 404  404  200  200 404  404  404 200  404  404    401
api:v1:action           /api/v1/actions/{secret_action}     404 404  404  200  200 404  404  404 200  404  404    401
api:v1:action_events    /api/v1/actions/{north_action}/events 404 200 200 200 404 200 200 404 200 404 404 401
api:v1:action_moves     /api/v1/actions/{north_action}/moves 404 200 200 200  404 200  200  404 200  404  404    401
api:v1:action_move      /api/v1/actions/{north_action}/moves/begin 405 405 405 405 405 405 405 405 405 405 405 405
api:v1:openapi          /api/v1/openapi.json                200 200  200  200  200 200  200  200 200  200  200    401
api:nothing             /api/v1/finns-inte                  404 404  404  404  404 404  404  404 404  404  404    404
records:attachment      /filer/{north_own_file}/            200 200  200  404  404 200  200  404 404  404  404    302
records:attachment      /filer/{north_file}/                404 200  200  404  404 200  200  404 404  404  404    302
records:attachment      /filer/{company_file}/              404 404  404  200  200 404  404  404 404  404  404    302
records:attachment      /filer/{secret_file}/               404 404  404  404  404 404  404  404 404  404  404    302
records:attachment      /filer/{school_file}/               404 404  404  404  404 404  404  200 404  404  404    302
records:issued          /utgivet/{issued_full}/             404 200  200  404  404 200  200  404 404  404  404    302
records:issued          /utgivet/{issued_masked}/           200 200  200  200  404 200  200  404 200  404  404    302
records:issued          /utgivet/{issued_page}/             200 200  200  200  404 200  200  404 200  404  404    302
records:work            /arbete/{work}/                     404 200  404  404  404 404  404  404 404  404  404    302
records:work_file       /arbete/{work}/fil/                 404 200  404  404  404 404  404  404 404  404  404    302
records:search          /sok/?q=qnorth                      200 200  200  200  200 200  200  200 200  200  200    302
records:search          /sok/?q={north}                     302 302  302  302  200 302  302  200 302  200  200    302
records:save_view       /vyer/ny/?lista=avvikelser&fraga=vy%3Dsena 200 200 200 200 200 200 200 200 200 200 200 302
records:save_view       /vyer/ny/                           404 404  404  404  404 404  404  404 404  404  404    302
records:saved_view      /vyer/{view}/                       200 200  404  404  404 404  404  404 404  404  404    302
records:saved_view      /vyer/{own_view}/                   404 200  404  404  404 404  404  404 404  404  404    302
nonconformities:routes  /installningar/vagar/               404 404  404  200  404 404  404  404 404  200  404    302
nonconformities:new_route /installningar/vagar/ny/          404 404  404  200  404 404  404  404 404  200  404    302
nonconformities:end_route /installningar/vagar/{route}/ta-bort/ 404 404 404 200 404 404 404 404 404 200 404 302
nonconformities:obligation /installningar/lagar/lex-sarah/  404 404  404  200  404 404  404  404 404  200  404    302
records:away            /jag/borta/                         200 200  200  200  200 200  200  200 200  200  200    302
records:away_for        /behorighet/bo-ek/borta/            404 200  404  200  404 200  404  404 404  200  404    302
records:away_for        /behorighet/frank-sjo/borta/        404 404  404  200  404 404  404  200 404  200  404    302
records:back            /jag/borta/1/tillbaka/              405 405  405  405  405 405  405  405 405  405  405    302
records:rules           /installningar/                     404 404  404  200  404 404  404  404 404  200  404    302
records:webhooks        /installningar/webhooks/            404 404  404  200  404 404  404  404 404  200  404    302
records:new_webhook     /installningar/webhooks/nytt/       404 404  404  200  404 404  404  404 404  200  404    302
records:webhook         /installningar/webhooks/{webhook}/  404 404  404  200  404 404  404  404 404  200  404    302
records:switch_webhook  /installningar/webhooks/{webhook}/av-och-pa/ 405 405 405 405 405 405 405 405 405 405 405 302
records:try_webhook     /installningar/webhooks/{webhook}/prova/ 405 405 405 405 405 405 405 405 405 405 405 302
records:rule            /installningar/assess_days/         404 404  404  200  404 404  404  404 404  200  404    302
help                    /hjalp/                             200 200  200  200  200 200  200  200 200  200  200    200
accessibility           /tillganglighet/                    200 200  200  200  200 200  200  200 200  200  200    200
health                  /halsa/                             200 200  200  200  200 200  200  200 200  200  200    200
set_language            /sprak/                             405 405  405  405  405 405  405  405 405  405  405    405
account_login           /logga-in/                          302 302  302  302  302 302  302  302 302  302  302    200
account_logout          /logga-ut/                          200 200  200  200  200 200  200  200 200  200  200    302
account_inactive        /konto/inaktivt/                    200 200  200  200  200 200  200  200 200  200  200    200
account_change_password /konto/losenord/                    200 200  200  200  200 200  200  200 200  200  200    302
account_reset_password  /konto/glomt/                       200 200  200  200  200 200  200  200 200  200  200    200
account_reset_password_done /konto/glomt/skickat/           200 200  200  200  200 200  200  200 200  200  200    200
account_reset_password_from_key /konto/glomt/a-b/           200 200  200  200  200 200  200  200 200  200  200    200
account_reset_password_from_key_done /konto/glomt/klart/    200 200  200  200  200 200  200  200 200  200  200    200
"""

# Who may do each verb in north: to a case of score 6, and to a serious one (score 12). Nobody in
# the cast may do any of them at the company, where only people of the company decide. `opens` is
# the answer to who may: 200 asks, 409 and 422 say why it cannot be done in this state. `empty` is
# the answer to a form sent without answers: 422 asks again, 302 does it, 409 is too late for it.
_VERBS = """
record        verb                 state          small                           serious                         opens empty
nonconformity report               reported       anna                            anna                            409   409
nonconformity assess               reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reassess             assessed       bo+berit+eva                    berit+eva                       200   422
nonconformity dismiss              reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reconsider           dismissed      berit+eva                       berit+eva                       200   422
nonconformity close_as_corrected   assessed       bo+berit+eva                    bo+berit+eva                    422   422
nonconformity start_investigation  assessed       bo+berit+eva                    berit+eva+ines                  200   422
nonconformity add_cause            investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity withdraw_cause       investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity answer_extent        investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity plan_action          investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity decide_actions       investigating  bo+berit+eva                    berit+eva                       422   422
nonconformity approve_effect       effect_check   bo+berit+eva                    berit+eva                       422   422
version       take_over            draft          bo+berit+eva                    bo+berit+eva                    200   302
version       discard              draft          bo+berit+eva                    bo+berit+eva                    200   422
version       send_to_review       draft          bo+berit+eva                    bo+berit+eva                    200   422
version       approve              review         anna                            anna                            200   302
version       ask_for_change       review         anna                            anna                            200   422
version       pass_on              review         anna                            anna                            200   422
version       return_to_draft      review         bo+berit+eva                    bo+berit+eva                    200   422
version       adopt                approved       bo+berit+eva                    bo+berit+eva                    200   422
version       reviewed_unchanged   in_force       bo+berit+eva                    bo+berit+eva                    200   422
version       withdraw             in_force       bo+berit+eva                    bo+berit+eva                    200   422
version       ask_readers          in_force       bo+berit+eva                    bo+berit+eva                    422   422
changerequest accept               asked          bo+berit+eva                    bo+berit+eva                    200   302
changerequest decline              asked          bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reject_effect        effect_check   bo+berit+eva                    berit+eva                       200   422
nonconformity reopen               closed         berit+eva                       berit+eva                       200   422
nonconformity merge_into           assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity split_off            dismissed      bo+berit+eva                    bo+berit+eva                    422   422
nonconformity gather               assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity leave_group          assessed       bo+berit+eva                    bo+berit+eva                    422   422
nonconformity ask_others           investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity withdraw_question    investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity pass_answers         investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity share_lesson         closed         bo+berit+eva                    bo+berit+eva                    200   422
nonconformity begin_trial          reported       anna                            anna                            409   409
nonconformity end_trial            effect_check   bo+berit+eva                    bo+berit+eva                    422   422
nonconformity assign               assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity take_back            reported       cecilia                         cecilia                         422   422
nonconformity comment              assessed       anna+bo+berit+eva+ines+cecilia  anna+bo+berit+eva+ines+cecilia  200   422
nonconformity issue_report         assessed       bo+berit+eva+ines+cecilia       bo+berit+eva+ines+cecilia       200   422
nonconformity attach               assessed       anna+bo+berit+eva+ines          anna+bo+berit+eva+ines          200   422
nonconformity ask_reporter         assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity answer_question      assessed       anna                            anna                            422   422
nonconformity say_verdict          closed         anna                            anna                            200   422
nonconformity keep_closed          closed         berit+eva                       berit+eva                       422   422
nonconformity protect_details      assessed       bo+ines                         bo+ines                         200   422
nonconformity open_protected       assessed       bo+ines                         bo+ines                         200   422
nonconformity hand_over            reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity accept_handover      reported       berit+eva                       berit+eva                       200   302
nonconformity accept_across        reported       frank                           frank                           200   302
nonconformity decline_handover     reported       berit+eva                       berit+eva                       200   422
nonconformity withdraw_handover    reported       bo+berit+eva                    bo+berit+eva                    200   302
nonconformity rule_handover        reported       berit+eva+cecilia               berit+eva+cecilia               200   422
nonconformity rule_across          reported       cecilia                         cecilia                         200   422
nonconformity share                assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity end_share            assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity accept_share         assessed       berit+eva                       berit+eva                       200   302
nonconformity decline_share        assessed       berit+eva                       berit+eva                       200   422
nonconformity write_part           assessed       berit+eva                       berit+eva                       200   422
nonconformity add_part_cause       investigating  berit+eva                       berit+eva                       200   422
nonconformity plan_part_action     investigating  berit+eva                       berit+eva                       200   422
nonconformity finish_part          investigating  berit+eva                       berit+eva                       200   422
action        begin                planned        anna+bo+berit+eva               anna+bo+berit+eva               200   302
action        complete             planned        anna+bo+berit+eva               anna+bo+berit+eva               200   422
action        verify               done           bo+berit+eva                    bo+berit+eva                    200   422
action        send_back            done           bo+berit+eva                    bo+berit+eva                    200   422
action        cancel               planned        bo+berit+eva                    bo+berit+eva                    422   422
action        postpone             planned        anna+bo+berit+eva               anna+bo+berit+eva               200   422
action        assign               planned        bo+berit+eva                    bo+berit+eva                    200   422
action        attach               planned        anna+bo+berit+eva+ines          anna+bo+berit+eva+ines          200   422
track         examine              opened         ines                            ines                            200   422
track         write_entry          opened         bo+ines                         bo+ines                         200   422
track         open_entries         opened         bo+ines                         bo+ines                         422   422
track         rule_out             opened         ines                            ines                            200   422
track         decide               examined       ines                            ines                            200   422
track         register_sent        decided        ines                            ines                            200   422
track         close                decided        ines                            ines                            200   302
track         examine_again        closed         ines                            ines                            200   422
track         assign               opened         ines                            ines                            200   422
extentanswer  answer               asked          bo+berit+eva                    bo+berit+eva                    200   422
lesson        try_out              published      bo+berit+eva+frank              bo+berit+eva+frank              200   422
lesson        withdraw             published      bo+berit+eva                    bo+berit+eva                    200   422
"""
# fmt: on

SEE = {
    "north": {"anna", "bo", "berit", "cecilia", "eva", "ines", "gun"},
    "company": {"cecilia", "david", "gun"},
}
KNOW = {"north": {"bo", "ines"}, "company": set[str]()}  # of an examination by law
# Cecilia talks with reporters in the whole group, answers for what she imports, and rules when a
# case has gone to and fro.
COMPANY_MAY = {
    "comment": {"cecilia"}, "issue_report": {"cecilia"}, "take_back": {"cecilia"}, "rule_handover": {"cecilia"},
    "rule_across": {"cecilia"}, "accept_across": {"frank"},
    "try_out": {"bo", "berit", "eva", "frank"},  # whoever leads a unit tries a lesson there
}  # fmt: skip
# Who else sees a case because it was put to their unit (tests/borders.py).
ASKED = {"accept_across": {"frank"}}


def seen_at(place: str, record: str, verb: str = "") -> set[str]:
    """Return for whom of the cast a record in a place exists; a lesson is for everybody."""
    if record == "lesson":
        return set(CAST)
    if record == "track":
        return KNOW[place]
    if record == "changerequest":  # who writes there, and Anna, who made it
        return {"bo", "berit", "eva", "anna"} if place == "north" else set()
    if record == "version":  # who writes and adopts there; Anna while she reviews it
        asked = (
            {"anna"}
            if verb in {"approve", "ask_for_change", "pass_on", "return_to_draft"}
            else set()
        )
        return {"bo", "berit", "eva"} | asked if place == "north" else set()
    seen = SEE[place] | ASKED.get(verb, set())
    return seen - ({"anna"} if record == "extentanswer" else set())


@dataclass(frozen=True)
class PageRow:
    """One address and the status each of the cast is answered."""

    name: str
    address: str
    expected: dict[str, int]

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True)
class VerbRow:
    """One verb: the state it is tried in, who may, and what its page answers them."""

    record: str
    verb: str
    state: str
    small: frozenset[str]
    serious: frozenset[str]
    opens: int
    empty: int

    def __str__(self) -> str:
        return f"{self.record}-{self.verb}"


def _page_rows() -> Iterator[PageRow]:
    for line in _PAGES.strip("\n").splitlines()[1:]:
        name, address, *statuses = line.split()
        yield PageRow(name, address, dict(zip(CAST, map(int, statuses), strict=True)))


def _verb_rows() -> Iterator[VerbRow]:
    for line in _VERBS.strip("\n").splitlines()[1:]:
        record, verb, state, small, serious, opens, empty = line.split()
        some, few = frozenset(small.split("+")), frozenset(serious.split("+"))
        yield VerbRow(record, verb, state, some, few, int(opens), int(empty))


PAGES = tuple(_page_rows())
VERBS = tuple(_verb_rows())


def names_of_addresses(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """Yield the name of every address the site answers; one without a name by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of_addresses(pattern.url_patterns, inside)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def filled(planted: SimpleNamespace) -> dict[str, Any]:
    """Return what stands in the braces of the addresses."""
    values: dict[str, Any] = {
        "draft": planted.draft.uid, "sent": planted.north.uid, "hidden": planted.hidden.number,
        "receipt": planted.north.receipt_code,
        "imported": planted.old.imported_in.uid, "waiting": planted.waiting.uid,
        "webhook": planted.webhook.uid,
        "old": planted.old.number,
        "role": planted.north.unit.appointments.get(user__username="bo").pk,
        "change": planted.change.pk, "route": planted.route.pk,
        "work": planted.work.uid,
        "view": planted.view.uid, "own_view": planted.own_view.uid,
        "issued_full": planted.issued["full"], "issued_masked": planted.issued["masked"],
        "issued_page": planted.issued["management"],
        "lesson": planted.north.lessons.get().number,
    }  # fmt: skip
    values |= vars(planted.documents)
    values |= {"borne": planted.borne.receipt_code, "borne_case": planted.borne.number}
    values |= {name: place.code for name, place in vars(planted.spots).items()}
    question = planted.north.extent_questions.get()
    values["asked"] = question.answers.get(unit__code="BUF").number
    values["asking"] = question.answers.get(unit__code="SOF-HT-02").number
    for place in ("north", "company", "secret", "school"):
        case = getattr(planted, place)
        own, later = case.attachments.order_by("pk")
        values |= {
            place: case.number, f"{place}_action": case.actions.get().number,
            f"{place}_own_file": own.uid, f"{place}_file": later.uid,
            f"{place}_track": case.tracks.get().number,
        }  # fmt: skip
    return values
