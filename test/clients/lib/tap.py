"""TAP, and what every client in Python is put through. Each client's run makes a Client of its own."""
import os
import random
import subprocess
import sys
import threading
from contextlib import contextmanager

EXAMPLES = os.path.join(os.environ["TENANCY_SRC"], "examples")
FULL = bool(os.environ.get("TENANCY_FULL"))
_count = 0
_failed = 0


def ok(good, name, *details):
    """Prints a test."""
    global _count, _failed
    _count += 1
    _failed += not good
    print(f"{'ok' if good else 'not ok'} {_count} - {name}", flush=True)
    if not good:
        for detail in details:
            print("#", str(detail).replace("\n", "\n# "), flush=True)


def same(got, expected, name):
    """Tests that two values are equal."""
    ok(got == expected, name, f"got      {got!r}", f"expected {expected!r}")


def done():
    """Ends the test."""
    print(f"1..{_count}")
    sys.exit(_failed != 0)


def psql(*arguments):
    """Runs psql as the superuser and returns what it prints."""
    return subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", *arguments],
        check=True, stdout=subprocess.PIPE, encoding="utf-8",
        env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}).stdout.strip()


def set_up():
    """Makes the tenants of the examples, and rows that tell whose they are."""
    psql("-f", f"{EXAMPLES}/setup.sql")
    for slug in ["acme", "globex"]:
        psql("-c", f"INSERT INTO tenant_{slug}.invoices (title) SELECT '{slug}' FROM generate_series(1, 3)")


def example(folder, *command):
    """Runs an example in its folder and returns what it prints."""
    result = subprocess.run(
        command, cwd=os.path.join(EXAMPLES, folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    return result.stdout.strip() if result.returncode == 0 else f"status {result.returncode}: {result.stdout}"


class Client:
    """What differs between clients. Both contexts yield a function that runs SQL and returns rows."""

    name = None

    def tenant(self, slug):
        """The context of the example: a transaction bound to a tenant."""
        raise NotImplementedError

    def unbound(self):
        """A transaction that forgot to bind."""
        raise NotImplementedError

    def sqlstate(self, error):
        """The SQLSTATE in an exception of the client's, or None."""
        raise NotImplementedError


def refused(client, sqlstate, name, context, sql=None, parameters=()):
    """Tests that a context, or a statement in it, is refused, and that the client sees why."""
    try:
        with context as run:
            rows = run(sql, *parameters) if sql else "the block was entered"
        ok(False, name, f"not refused: {rows}")
    except Exception as error:
        ok(client.sqlstate(error) == sqlstate, name, f"{type(error).__name__} {client.sqlstate(error)}: {error}")


def titles(run):
    """Returns whose rows a transaction sees."""
    return sorted({row[0] for row in run("SELECT title FROM invoices")})


def state(client):
    """Returns what is in effect where nobody has bound."""
    with client.unbound() as run:
        return run("SELECT tenancy.current_tenant(), current_user::text")[0]


def isolation(client):
    """Puts a client whose pool has one connection through all that can go wrong."""
    def is_unbound(name):
        same(tuple(state(client)), (None, "app"), f"{client.name}: unbound {name}")

    own, processes = [], set()
    order = ["acme", "globex"] * 10
    random.Random(1).shuffle(order)
    for slug in order:
        with client.tenant(slug) as run:
            own.append(titles(run) == [slug])
            processes.add(run("SELECT pg_backend_pid()")[0][0])
    ok(all(own), f"{client.name}: tenants that take turns see their own rows", own)
    same(len(processes), 1, f"{client.name}: on one connection")

    there = "SELECT * FROM tenant_globex.invoices"
    refused(client, "42501", f"{client.name}: another tenant's schema is refused", client.tenant("acme"), there)
    is_unbound("after that")
    refused(client, "42501", f"{client.name}: another tenant's table is not written", client.tenant("acme"),
            "INSERT INTO tenant_globex.invoices (title) VALUES ('acme') RETURNING id")
    refused(client, "42704", f"{client.name}: unknown tenant", client.tenant("nobody"))
    refused(client, "55000", f"{client.name}: suspended tenant", client.tenant("initech"))
    for slug in ["acme'; DROP TABLE invoices; --", "acme', true); COMMIT; --", 'acme"', "ACME", "a b", "é"]:
        refused(client, "22023", f"{client.name}: {slug} is no slug", client.tenant(slug))
    is_unbound("after refusals")
    for nobody in ["", None]:
        refused(client, "42P01", f"{client.name}: {nobody!r} binds nobody", client.tenant(nobody),
                "SELECT title FROM invoices")

    refused(client, "42P01", f"{client.name}: who forgets to bind finds no table", client.unbound(),
            "SELECT title FROM invoices")
    refused(client, "42501", f"{client.name}: nor reaches one by its name", client.unbound(), there)

    try:
        with client.tenant("acme") as run:
            run("INSERT INTO invoices (title) VALUES ('never') RETURNING id")
            raise KeyError("the application's own")
    except KeyError:
        pass
    is_unbound("after an error of the application")
    refused(client, "22012", f"{client.name}: an error of SQL", client.tenant("acme"),
            "INSERT INTO invoices (title) SELECT 'never ' || 1 / 0 RETURNING id")
    is_unbound("after an error of SQL")
    with client.tenant("acme") as run:
        same(titles(run), ["acme"], f"{client.name}: both rolled back")

    for local in ["true", "false"]:
        refused(client, "25001", f"{client.name}: another tenant in the transaction, is_local = {local}",
                client.tenant("acme"), f"SELECT set_config('tenancy.tenant', 'globex', {local})")
    with client.tenant("globex") as run:
        same(titles(run), ["globex"], f"{client.name}: the next transaction may")
    is_unbound("at last")


def concurrency(client, threads=8, transactions=None, pooled=True, leave=lambda: None):
    """
    Has threads draw tenants at random: over a pool that has fewer connections, or, if there is none, each on a connection
    of its own, which it gives up by leave().
    """
    transactions = transactions or (500 if FULL else 50)
    wrong, seen = [], set()
    start = threading.Barrier(threads)

    def work(number):
        random_slug = random.Random(number)
        start.wait()
        try:
            for turn in range(transactions):
                slug = random_slug.choice(["acme", "globex"])
                with client.tenant(slug) as run:
                    if turn % 5 == 0:
                        run(f"INSERT INTO invoices (title) VALUES ('{slug}') RETURNING id")
                    if titles(run) != [slug]:
                        wrong.append((number, turn, slug, titles(run)))
                    seen.add(run("SELECT pg_backend_pid()")[0][0])
        except Exception as error:
            wrong.append(f"thread {number}: {type(error).__name__}: {error}")
        finally:
            leave()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    same(wrong, [], f"{client.name}: {threads} threads, {transactions} transactions each, own rows alone")
    if pooled:
        ok(1 < len(seen) < threads, f"{client.name}: over fewer connections than threads", seen)


def shadowed(connect):
    """Has new connections find another set_config() before the server's, and tests that the binding binds."""
    role = f"ALTER ROLE app IN DATABASE {os.environ['PGDATABASE']}"
    psql("-c", "CREATE SCHEMA IF NOT EXISTS shadow", "-c", "GRANT USAGE ON SCHEMA shadow TO app",
         "-c", "CREATE OR REPLACE FUNCTION shadow.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $2'",
         "-c", f"{role} SET search_path = shadow, pg_catalog")
    client = connect()
    with client.unbound() as run:
        same(tuple(run("SELECT set_config('tenancy.tenant', 'acme', true), tenancy.current_tenant()")[0]), ("acme", None),
             f"{client.name}: a search_path can hide set_config()")
    for slug in ["acme", "globex"]:
        with client.tenant(slug) as run:
            same(run("SELECT tenancy.current_tenant()")[0][0], slug, f"{client.name}: not from the helper")
    psql("-c", f"{role} RESET search_path")
    return client


def tickets(connect):
    """Has tickets required, calls connect() for a client on new connections, and gives its helper tickets for slugs."""
    role = f"ALTER ROLE app IN DATABASE {os.environ['PGDATABASE']}"
    psql("-c", f"{role} SET tenancy.require_ticket = on", "-c", "SELECT tenancy.create_ticket_key()")
    issued = {slug: psql("-c", f"SELECT tenancy.issue_ticket('{slug}')") for slug in ["acme", "globex"]}
    client = connect()
    own = []
    for slug in ["acme", "globex", "acme"]:
        with client.tenant(issued[slug]) as run:
            own.append(titles(run))
    same(own, [["acme"], ["globex"], ["acme"]], f"{client.name}: tickets bind")
    refused(client, "28000", f"{client.name}: where a ticket is required, a slug does not", client.tenant("acme"))
    refused(client, "28000", f"{client.name}: nor does a ticket for another", client.tenant("globex" + issued["acme"][4:]))
    same(tuple(state(client)), (None, "app"), f"{client.name}: unbound after a refused ticket")
    psql("-c", f"{role} RESET tenancy.require_ticket")
    return client
