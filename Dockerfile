# What the browser needs from others
FROM node:22-slim AS browser
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# Python packages, in a virtual environment that is copied as a whole
FROM python:3.11-slim AS packages
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r ${REQUIREMENTS}

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    AFTERWORD_ENV=production \
    VAR_DIR=/data \
    STATIC_ROOT=/app/staticfiles
RUN useradd --system --uid 10001 --create-home afterword && install -d -o afterword /data /data/public
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Collecting needs neither a database nor a key: these values are for this step only, and the key is thrown away.
RUN --mount=type=bind,from=browser,source=/app/node_modules,target=/app/node_modules \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    ALLOWED_HOSTS=localhost PUBLIC_BASE_URL=https://localhost EMAIL_URL=consolemail: \
    DATABASE_URL=postgres://nobody@localhost/none \
    python manage.py collectstatic --no-input
USER afterword
VOLUME /data
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--blocking-threads", "4", "config.wsgi:application"]
