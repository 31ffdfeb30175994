from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("GRANT SELECT ON plans_plan TO tenancy_tenant"),
        migrations.RunSQL("INSERT INTO plans_plan (name) VALUES ('basic')"),
        # runserver looks into it before there is a tenant.
        migrations.RunSQL("GRANT SELECT ON django_migrations TO app"),
    ]
