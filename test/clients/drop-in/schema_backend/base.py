"""A backend for Django that knows tenants by search_path alone, set before the first cursor after each change."""
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    schema = "public"
    in_effect = None

    def set_schema(self, schema):
        self.schema = schema

    def _cursor(self, name=None):
        cursor = super()._cursor(name)
        if self.in_effect != (self.schema, self.connection):
            path = ",".join(f"'{schema}'" for schema in dict.fromkeys([self.schema, "public"]))
            with self.wrap_database_errors, self.connection.cursor() as setting:
                setting.execute(f"SET search_path = {path}")
            self.in_effect = (self.schema, self.connection)
        return cursor
