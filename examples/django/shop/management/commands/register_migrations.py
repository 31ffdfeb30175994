from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

REGISTER = """
    SELECT tenancy.register_migration(%(version)s, %(up)s, transactional => %(transactional)s)
    WHERE NOT EXISTS (SELECT FROM tenancy.migrations WHERE version = %(version)s)"""
RECORD = "INSERT INTO django_migrations (app, name, applied) VALUES ('{0.app_label}', '{0.name}', now());"


class Command(BaseCommand):
    help = "Registers the migrations of the tenants' apps with the server, which brings them to every tenant."

    def handle(self, **options):
        # Each tenant has a table of Django's that says which migrations it has.
        with connection.schema_editor(collect_sql=True) as editor:
            editor.create_model(MigrationRecorder.Migration)
        self.register("django_migrations", editor.collected_sql)

        executor = MigrationExecutor(connections["ops"])
        executor.loader.connection = connection  # that of the tenants' apps, for the router
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes(), clean_start=True):
            sql = executor.loader.collect_sql([(migration, False)])
            if any("CANNOT BE WRITTEN AS SQL" in line for line in sql):
                raise CommandError(f"{migration} runs Python: migrate the tenants one by one")
            self.register(str(migration), [*sql, RECORD.format(migration)], migration.atomic)

    def register(self, version, sql, transactional=True):
        with connections["ops"].cursor() as cursor:
            cursor.execute(REGISTER, {"version": version, "up": "\n".join(sql), "transactional": transactional})
