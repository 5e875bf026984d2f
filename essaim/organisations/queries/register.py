"""The register of requests about personal data: what was asked and when it was answered, nothing personal."""

from collections.abc import Iterator

from django.db.models import QuerySet

from essaim.organisations.rules.deadlines import answer_due

HEADER = (
    "number", "kind", "organisation", "received_on", "due_on", "extended", "state", "answered_on", "days_taken", "late",
)  # fmt: skip


def register_rows(requests: QuerySet) -> Iterator[tuple[object, ...]]:
    """One row a request, in the order received. `days_taken` is empty while it waits."""
    rows = requests.order_by("received_on", "id").values_list(
        "id", "kind", "organisation_id", "received_on", "due_on", "state", "answered_on"
    )
    for number, kind, organisation, received, due, state, answered in rows.iterator():
        yield (
            number,
            kind,
            organisation or "",
            received,
            due,
            "yes" if due > answer_due(received) else "no",
            state,
            answered or "",
            (answered - received).days if answered else "",
            "" if not answered else "yes" if answered > due else "no",
        )
