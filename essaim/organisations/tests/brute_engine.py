"""The search as anyone would first write it, over the tables: what tests of the pages stand on, slow and obvious."""

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

import mapbox_vector_tile
import pytest

from essaim.law.text import Text
from essaim.organisations import search as engine
from essaim.organisations.forms.criteria import value_label
from essaim.organisations.models import Organisation
from essaim.organisations.queries.places import territories_of_commune
from essaim.organisations.rules import LABELS
from essaim.organisations.search import Answer, Cluster, FacetCount, Found, Question

FRESH_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@dataclass
class BruteEngine:
    asked: list[Question] = field(default_factory=list)
    states: Iterator[str] = field(default_factory=lambda: (uuid4().hex for _ in count()))

    def places(self, question: Question) -> list[Found]:
        wanted = question.q.casefold().split()
        found = []
        for organisation in Organisation.objects.published().prefetch_related("sites", "labels"):
            labels = tuple(sorted({each.kind for each in organisation.labels.all()}))
            for site in organisation.sites.all():
                held_by = (*territories_of_commune(site.commune), f"qpv:{site.qpv}")
                if not all(word in organisation.name.casefold() for word in wanted):
                    continue
                if any(code and code not in held_by for code in (question.territory, question.around)):
                    continue
                found.append(
                    Found(
                        organisation.pk, site.pk, site.siret or "", organisation.siren or "", organisation.name,
                        site.address, site.postcode, site.commune, "Lille", site.lon, site.lat,
                        organisation.sector, organisation.family, organisation.status, organisation.reason_code,
                        labels, "", 0.0 if question.around else None, (Text("nom", "name"),),
                    )
                )  # fmt: skip
        return sorted(found, key=lambda each: (each.name, each.organisation_id, each.site_id))

    def kept(self, question: Question) -> list[Found]:
        return [each for each in self.places(question) if self.answers(each, question)]

    def answers(self, found: Found, question: Question) -> bool:
        return all(
            not getattr(question, chosen) or set(getattr(question, chosen)) & set(values_of(found, facet))
            for facet, chosen in Question.FACETS.items()
        )

    def search(self, question: Question, *, on: date) -> Answer:
        self.asked.append(question)
        found = self.kept(question)
        pages = max(1, -(-len(found) // question.size))
        page = min(question.page, pages)
        return Answer(
            items=found[(page - 1) * question.size : page * question.size],
            count=len(found), page=page, pages=pages, fresh_at=FRESH_AT, seed=on.isoformat(),
            facets={facet: self.counted(question, facet) for facet in Question.FACETS},
            ignored=question.ignored, fictitious=True,
        )  # fmt: skip

    def counted(self, question: Question, facet: str) -> list[FacetCount]:
        chosen = getattr(question, Question.FACETS[facet])
        lifted = replace(question, **{Question.FACETS[facet]: ()})
        counts = Counter(code for each in self.kept(lifted) for code in values_of(each, facet))
        return [
            FacetCount(code, value_label(facet, code), counts[code], code in chosen)
            for code in sorted({*counts, *chosen})
        ]

    def every_id(self, question: Question) -> list[int]:
        return sorted({each.organisation_id for each in self.kept(question)})

    def clusters(self, question: Question, *, zoom: int, bbox: object) -> list[Cluster]:
        return [Cluster(each.lon, each.lat, 1, each) for each in self.kept(question) if each.lon is not None]

    def tile(self, question: Question, z: int, x: int, y: int) -> bytes:
        layer = {"name": "places", "features": []}
        return gzip.compress(mapbox_vector_tile.encode([layer]))


def values_of(found: Found, facet: str) -> tuple[str, ...]:
    return {
        "status": (found.sse_status,),
        "family": (found.family,) if found.family else (),
        "sector": (found.sector,),
        "label": found.labels,
        "group": tuple(sorted({LABELS[code].group for code in found.labels})),
        "public": (),
    }[facet]


@pytest.fixture
def brute(monkeypatch: pytest.MonkeyPatch) -> BruteEngine:
    """The pages asked of the tables themselves."""
    made = BruteEngine()
    for name in ("search", "every_id", "clusters", "tile"):
        monkeypatch.setattr(engine, name, getattr(made, name))
    monkeypatch.setattr("essaim.organisations.views.places.generation", lambda: "now")
    # Each question finds the index changed: no page is kept from one to the next.
    monkeypatch.setattr("essaim.organisations.views.kept_pages.generation", lambda: next(made.states))
    return made
