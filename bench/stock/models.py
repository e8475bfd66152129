from django.db import models


class Article(models.Model):  # noqa: DJ008
    headline = models.TextField()
    body = models.TextField()
    district = models.CharField(max_length=100)
    initiatives = models.JSONField(default=list)
    year = models.CharField(max_length=8)
    city = models.CharField(max_length=100)
    source = models.CharField(max_length=100)
