"""A request is a transaction that is bound to the tenant of its host name."""
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponseBadRequest

# SQLSTATEs: no such tenant, not active, not allowed, not a slug, no ticket.
REFUSED = {"42704", "55000", "42501", "22023", "28000"}


@contextmanager
def tenant(slug):
    """Also for background jobs: with tenant("acme"): ..."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_catalog.set_config('tenancy.tenant', %s, true)", [slug])
        yield


def tenant_of(request):
    """acme.example.com, else the header of the API."""
    name, _, domain = request.get_host().lower().partition(":")[0].partition(".")
    return name if domain == settings.TENANT_DOMAIN else request.headers.get("X-Tenant")


class TenantMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        slug = tenant_of(request)
        if not slug:
            return HttpResponseBadRequest("no tenant")
        try:
            with tenant(slug):
                return self.get_response(request)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) in REFUSED:
                raise PermissionDenied from error
            raise

    def process_exception(self, request, exception):
        """What a view did before it failed is rolled back, as by ATOMIC_REQUESTS."""
        transaction.set_rollback(True)


class TenantRouter:
    """Shared apps live in public and are migrated with --database=ops; all others live in the tenants' schemas."""

    def allow_migrate(self, db, app_label, **hints):
        return (db == "ops") == (app_label in settings.SHARED_APPS)
