"""A plan written through the act, table by table in the order they need each other."""

from collections.abc import Sequence

from django.db import models

from essaim.organisations import bulk
from essaim.organisations.acts import Deed
from essaim.organisations.importing.work import Plan
from essaim.organisations.models import Evidence, Label, Organisation, Site, Statement

ORDER = (Organisation, Site, Evidence, Label, Statement)


def write(deed: Deed, plan: Plan) -> None:
    """Removals first, so that what takes their place may come."""
    for model in (Label, Evidence, Statement):
        if plan.removed[model]:
            deed.delete_rows(model, plan.removed[model])
    for model in ORDER:
        rows = plan.created[model]
        without_id = [row for row in rows if row["id"] is None]
        for row, id in zip(without_id, bulk.reserve_ids(model, len(without_id)), strict=True):
            row["id"] = id
        if rows:
            deed.create_rows(model, rows)
        if plan.changed[model]:
            deed.update_rows(model, plan.changed[model])
    if plan.removed[Site]:
        deed.delete_rows(Site, plan.removed[Site])


class PretendIds:
    """Ids for a dry run: below zero, so that none is mistaken for a row."""

    def __init__(self) -> None:
        self.last: dict[type[models.Model], int] = {}

    def __call__(self, model: type[models.Model], count: int) -> Sequence[int]:
        start = self.last.get(model, 0)
        self.last[model] = start - count
        return range(start - 1, start - count - 1, -1)
