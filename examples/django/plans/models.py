from django.db import models


class Plan(models.Model):
    name = models.TextField(unique=True)
