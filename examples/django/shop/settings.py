import os

SECRET_KEY = "for the example only"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["django.contrib.sessions", "shop", "invoices", "plans"]
MIDDLEWARE = ["shop.tenancy.TenantMiddleware", "django.contrib.sessions.middleware.SessionMiddleware"]

TENANT_DOMAIN = "example.com"
SHARED_APPS = {"plans"}
DATABASE_ROUTERS = ["shop.tenancy.TenantRouter"]


def database(user, **more):
    return {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE", "app"), "USER": user, **more}


DATABASES = {
    "default": database("app", CONN_MAX_AGE=None),  # one connection serves all tenants
    "ops": database("ops"),                         # for operators; web servers do not need it
}
