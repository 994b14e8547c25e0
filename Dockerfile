# syntax=docker/dockerfile:1
FROM python:3.11-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/app/.venv
COPY pyproject.toml uv.lock README.md LICENSE ./
# The version of uv is the one in the lock.
RUN pip install --no-cache-dir "uv==$(sed -n '/^name = "uv"$/{n;s/version = "\(.*\)"/\1/p;}' uv.lock)" \
    && uv sync --frozen --no-default-groups --no-install-project
COPY bot bot
COPY commands commands
COPY scheduler scheduler
COPY storage storage
COPY content content
RUN uv sync --frozen --no-default-groups --no-editable

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home mentor
COPY --from=build /app/.venv /app/.venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 \
    MATCHMENTOR_DATA_DIR=/data MATCHMENTOR_HTTP=0.0.0.0:8080 MATCHMENTOR_LOG=json
USER mentor
WORKDIR /data
VOLUME /data
EXPOSE 8080
# The bot finishes what is under way when it is asked to stop.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["matchmentor"]
CMD ["run"]
