# One image for web, worker and beat; docker-compose.yml says which of them a container is.
FROM python:3.11-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 LOCAL_DIR=/data
WORKDIR /app
RUN useradd --uid 1000 --create-home huixiang && mkdir /data && chown huixiang /data
COPY requirements.txt ./
RUN pip install --disable-pip-version-check --require-hashes -r requirements.txt
COPY . .
RUN python -m ops.messages compile \
    && SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build python manage.py collectstatic --no-input -v 0
USER huixiang
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--preload", "--no-control-socket"]
