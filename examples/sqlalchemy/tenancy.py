"""SQLAlchemy: every transaction of every Session is bound to the tenant of its context."""
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import event, text
from sqlalchemy.orm import Session

current_tenant = ContextVar("current_tenant", default="")


@event.listens_for(Session, "after_begin")
def bind(session, transaction, connection):
    connection.execute(text("SELECT pg_catalog.set_config('tenancy.tenant', :slug, true)"), {"slug": current_tenant.get()})


@contextmanager
def tenant(slug):
    token = current_tenant.set(slug)
    try:
        yield
    finally:
        current_tenant.reset(token)
