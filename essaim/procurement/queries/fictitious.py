"""Whether what procurement shows is made up, and whether anything here is real."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef

from essaim.observatory.reference import places
from essaim.observatory.simulate.contracts import MARK, Party
from essaim.observatory.store import NoBuild, Store, StoreDamaged
from essaim.organisations.models import Label, Organisation, Site
from essaim.organisations.queries.fictitious import has_real_organisations, is_directory_fictitious
from essaim.procurement.models import ClauseOperation, ContractImport, MeetingEvent, Need, Purchase, Scheme
from essaim.procurement.queries.contracts import contract_store


def is_fictitious() -> bool:
    """As the banner of the pages says it: the register, or some contracts, were invented."""
    return _register_is_fictitious() is True or contract_store().contents().fictitious


def _register_is_fictitious() -> bool | None:
    """None when there is no register."""
    try:
        return Store(settings.STORE).current().manifest.fictitious
    except (NoBuild, StoreDamaged):
        return None


def has_real_records() -> bool:
    """Whether anything of this installation may be real: its register, its directory, its contracts, or something
    people entered in procurement."""
    return (
        _register_is_fictitious() is False
        or has_real_organisations()
        or any(not file.fictitious for file in contract_store().contents().files)
        or any(
            model.objects.exists()
            for model in (Scheme, Need, ClauseOperation, MeetingEvent, Purchase, ContractImport)
        )
    )


def has_directory() -> bool:
    return is_directory_fictitious() and Organisation.objects.published().exists()


def organisations_of(naf: Sequence[str], territory: str, most: int) -> list[Organisation]:
    """Members of the SSE of these main activities, each activity in its turn, those with a label first: those of the
    territory, or of the whole directory when it has none there. Always the same for the same directory."""
    members = Organisation.objects.published().filter(status="member", naf__in=naf, siren__isnull=False)
    members = members.annotate(has_label=Exists(Label.objects.filter(organisation=OuterRef("pk"))))
    there = members.filter(sites__commune__in=places.communes_of(territory)).distinct()
    order = ("-has_label", "siren")
    rows = list(there.order_by(*order)) or list(members.order_by(*order))
    queues = [[each for each in rows if each.naf == code] for code in naf]
    turns = range(max(map(len, queues), default=0))
    return [queue[turn] for turn in turns for queue in queues if turn < len(queue)][:most]


def parties_of(organisations: Sequence[Organisation]) -> list[Party]:
    """Their head office, or the first of their places that has a SIRET."""
    sites = Site.objects.filter(organisation__in=organisations, siret__isnull=False, closed_on__isnull=True)
    sirets = {each.organisation_id: each.siret for each in sites.order_by("is_head_office", "-siret")}
    named = {each.pk: each.name if each.name.endswith(MARK) else each.name + MARK for each in organisations}
    return [Party(sirets[each.pk], named[each.pk]) for each in organisations if each.pk in sirets]
