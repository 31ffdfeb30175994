"""One connection serves two tenants, and a third one is turned away."""
import psycopg
from psycopg_pool import ConnectionPool

from tenancy import tenant

with ConnectionPool("user=app", min_size=1, max_size=1) as pool:
    for slug in ["acme", "globex", "acme"]:
        with tenant(pool, slug) as connection:
            connection.execute("INSERT INTO invoices (title) VALUES (%s)", [f"for {slug}"])
            print(slug, connection.execute("SELECT count(*), min(title), max(title) FROM invoices").fetchone())

    try:
        with tenant(pool, "acme") as connection:
            connection.execute("SELECT * FROM tenant_globex.invoices")
    except psycopg.errors.InsufficientPrivilege as error:
        print(error.diag.message_primary)

    try:
        with tenant(pool, "initech") as connection:
            print("not reached")
    except psycopg.errors.ObjectNotInPrerequisiteState as error:
        print(error.diag.message_primary)
