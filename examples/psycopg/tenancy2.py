"""psycopg2: a transaction that is bound to a tenant."""
from contextlib import contextmanager


@contextmanager
def tenant(pool, slug):
    connection = pool.getconn()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.set_config('tenancy.tenant', %s, true)", [slug])
            yield cursor
    finally:
        pool.putconn(connection)
