"""What the shared parts keep in the database: the change log that feeds search indexes."""

from django.db import models


class IndexChange(models.Model):
    """Row `object_id` of what `index` holds has changed: written in the transaction of the change itself.

    `object_id` null means everything: the index is to be rebuilt. Each replica of an index remembers how far it has
    read (see `ui/search/follow.py`); rows older than a week are removed, and a replica older than that rebuilds.
    """

    index = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["index", "id"], name="ui_indexchange_next")]

    def __str__(self) -> str:
        return f"{self.index} {self.object_id}"


class Draft(models.Model):
    """What someone has typed in a form and not sent yet. Theirs alone: `owner` is their account, or their browser's
    session, hashed. `content` holds the fields as they were typed, never a file or a password (see `drafts.py`)."""

    owner = models.CharField(max_length=64)
    form = models.CharField(max_length=120)
    content = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "form"], name="ui_draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="ui_draft_age")]

    def __str__(self) -> str:
        return self.form


class DutyRun(models.Model):
    """When a duty of the worker last ran, and how it went. One row a duty: also the claim that keeps two workers, on
    two machines, from doing the same duty twice."""

    name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.started_at}"
