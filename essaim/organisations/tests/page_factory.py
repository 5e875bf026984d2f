"""What makes the invented directory's pages full: contacts, hours, an offer, supports."""

from datetime import date

TODAY = date(2026, 11, 22)
# Invented in `directory_factory`, in the order of their ids.
FULL, DOUBTFUL_FROM_END = 0, 3


def fill_pages() -> None:
    """Adds rows to organisations that are there; changes neither their number nor what search counts."""
    from essaim.organisations.acts import act  # noqa: PLC0415  # Django must be ready
    from essaim.organisations.models import (  # noqa: PLC0415  # idem
        Contact,
        Evidence,
        Label,
        Offer,
        Organisation,
        StepPresence,
        Support,
    )

    everyone = list(Organisation.objects.order_by("pk"))
    full, funder, doubtful = everyone[FULL], everyone[6], everyone[-DOUBTFUL_FROM_END]
    with act("pages invented", by=None, on=TODAY) as deed:
        deed.update(
            full.profile,
            description="Un atelier ouvert à tous apprend à réparer soi-même.\n\nDépôts sans rendez-vous.",
            publics=["everyone", "integration"],
            languages=["fr", "ar"],
            accessibility=["step_free"],
            opening_hours={"tue": [["09:00", "12:30"], ["14:00", "18:00"]], "sun": []},
            website="https://exemple.fr/",
        )
        deed.create_many(
            [
                Contact(organisation=full, label="Accueil", email="accueil@exemple.fr", is_personal=False),
                Contact(organisation=full, person="Camille", email="camille@exemple.fr", is_personal=True),
            ]
        )
        deed.create(Offer(organisation=full, title="Débarras d'appartement", cpv=["90511300"]))
        deed.create(StepPresence(organisation=full, channel="reuse", step="resell", origin="said"))
        for label in Label.objects.filter(organisation=full):
            deed.update(label, valid_to=date(2027, 12, 31), proof="https://exemple.fr/convention.pdf")
        deed.create_many(
            [
                Support(
                    organisation=funder, kind="funder", title="Prêt d'honneur solidaire", stages=["creation"],
                    territory="epci:200093201",
                ),
                Support(organisation=full, kind="training", title="Apprendre à réparer", stages=["idea", "design"]),
            ]
        )  # fmt: skip
        flag = Evidence.objects.get(organisation=doubtful, source="flag")
        deed.update(flag, says="not_member", value="N", dataset="Répertoire inventé")
