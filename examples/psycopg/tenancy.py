"""psycopg 3: a transaction that is bound to a tenant."""
from contextlib import asynccontextmanager, contextmanager

BIND = "SELECT pg_catalog.set_config('tenancy.tenant', %s, true)"


@contextmanager
def tenant(pool, slug):
    with pool.connection() as connection, connection.transaction():
        connection.execute(BIND, [slug])
        yield connection


@asynccontextmanager
async def async_tenant(pool, slug):
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(BIND, [slug])
        yield connection
