from django.db import models

from plans.models import Plan


class Invoice(models.Model):
    title = models.TextField()
    # A constraint would make every tenant's table a part of what deletes a plan.
    plan = models.ForeignKey(Plan, models.DO_NOTHING, db_constraint=False, null=True)

    class Meta:
        db_table = "invoices"
