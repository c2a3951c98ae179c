# An image that runs nights: the command line, and all of Airflow's processes. docs/deploy/docker.md
# Pin the base by its digest in a registry of your own.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# requirements-celery.lock for workers of Celery.
ARG LOCK=requirements.lock
RUN make install PREFIX=/opt/csc-etl LOCK="${LOCK}"

FROM ${BASE}
# pg_dump and psql, for a warehouse in PostgreSQL; of its server's version or later.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client tini \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 50874 csc-etl \
    && useradd --uid 50874 --gid 50874 --no-create-home --home-dir /var/lib/csc-etl csc-etl \
    && install --directory --mode=0750 --owner=50874 --group=50874 \
        /var/lib/csc-etl /var/lib/csc-etl/airflow
COPY --from=build /opt/csc-etl /opt/csc-etl
COPY docs/deploy/airflow/airflow_local_settings.py /opt/csc-etl/config/
ENV PATH=/opt/csc-etl/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/csc-etl/config \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/var/lib/csc-etl/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/csc-etl/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    GX_ANALYTICS_ENABLED=false
USER 50874:50874
WORKDIR /var/lib/csc-etl
# A process that is told to end removes what it had in hand: tini hands the signal on.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "-g", "--"]
CMD ["csc-etl", "--help"]
