#!/bin/bash
# Runs once, when the PostgreSQL container makes its cluster: the ordinary role that the site runs as.
# Its rights on tables come after each migration, from manage.py grant_app_role.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$APP_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE takt_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
SQL
