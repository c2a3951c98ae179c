COPY child_identity FROM 'child_identity.parquet' (FORMAT 'parquet', compression 'zstd');
COPY worker_identity FROM 'worker_identity.parquet' (FORMAT 'parquet', compression 'zstd');
