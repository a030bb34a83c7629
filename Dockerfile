# One image for web, worker, beat and the one-shot migration; see docker-compose.yml and docs/operations.md.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/bootstrap.lock requirements/server.lock /requirements/
RUN python -m venv /opt/takt \
 && /opt/takt/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /requirements/bootstrap.lock \
 && /opt/takt/bin/uv pip sync --no-cache --python /opt/takt/bin/python --require-hashes /requirements/server.lock \
 && /opt/takt/bin/pip uninstall --yes --quiet uv

FROM python:3.11-slim-bookworm
# Pango draws the text of PDF files.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-log-init --home-dir /nonexistent --no-create-home takt \
 && install -d -o takt -g takt /srv/files
COPY --from=packages /opt/takt /opt/takt
ENV PATH=/opt/takt/bin:$PATH \
    PYTHONUTF8=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=qms.settings TAKT_VAR=/app/var MEDIA_ROOT=/srv/files
WORKDIR /app
COPY . .
# The settings want secrets even to collect files; these are thrown away with the command.
RUN python -m tools.messages compile \
 && SECRET_KEY=only-to-build PROTECTED_KEYS=only-to-build python manage.py collectstatic --noinput -v 0 \
 && python -m compileall -q -j 0 . /opt/takt/lib
USER takt
VOLUME /srv/files
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["python", "-m", "tools.healthy"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "qms.wsgi"]
