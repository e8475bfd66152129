# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 archive \
 && useradd --uid 10001 --gid archive --no-create-home --shell /usr/sbin/nologin archive \
 && install -d -m 700 -o archive -g archive /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY --chown=root:root . .
# With a data folder and a key for this step only: the image holds neither. The clone may have been made with a narrow umask.
RUN ARCHIVE_DATA=/tmp/build SECRET_KEY=build /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build \
 && chmod -R a+rX /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    ARCHIVE_DATA=/data \
    BIND=0.0.0.0 \
    PORT=8000
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["/app/.docker/start"]
