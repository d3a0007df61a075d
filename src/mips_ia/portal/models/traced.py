"""Tables of which each change leaves a trace, and the traces."""

from django.db import models

from mips_ia.portal.guarded import beside
from mips_ia.portal.traces import tracing


class Rows(models.QuerySet):
    """Rows whose changes, one or many, leave a trace."""

    def update(self, **told):
        if told.keys() <= beside(self.model):
            return super().update(**told)
        with tracing() as written:
            written[self.model].update(self.order_by().values_list("pk", flat=True))
            return super().update(**told)

    def bulk_create(self, objs, *args, ignore_conflicts=False, **how):
        every = self.model.objects.order_by("pk").values_list("pk", flat=True)
        with tracing() as written:
            # Where some may be there already, nobody tells the keys of those that were not.
            newest = every.last() if ignore_conflicts else None
            made = super().bulk_create(objs, *args, ignore_conflicts=ignore_conflicts, **how)
            new = every.filter(pk__gt=newest or 0) if ignore_conflicts else [each.pk for each in made]
            written[self.model].update(new)
            return made

    def delete(self):
        with tracing() as written:
            written[self.model].update(self.order_by().values_list("pk", flat=True))
            return super().delete()


class Traced(models.Model):
    """A row whose changes leave a trace."""

    objects = Rows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **how):
        if update_fields is not None and set(update_fields) <= beside(type(self)):
            super().save(*args, update_fields=update_fields, **how)
            return
        with tracing() as written:
            super().save(*args, update_fields=update_fields, **how)
            written[type(self)].add(self.pk)

    def delete(self, *args, **how):
        with tracing() as written:
            written[type(self)].add(self.pk)
            return super().delete(*args, **how)


class Trace(models.Model):
    """What one change left: the digest of each row that it wrote, by table and key; see `traces`.

    `digest` covers the trace and the digest before it, of the same practice or of what concerns none.
    """

    practice = models.ForeignKey("Practice", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    seal = models.PositiveSmallIntegerField()  # in which way the digests are made; see `guarded`
    rows = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["practice", "-id"], name="newest_trace")]
