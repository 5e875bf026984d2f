"""Who acts for an organisation, who watches over it, and which mail domains are its own."""

from django.utils import timezone

from essaim.accounts.models import User
from essaim.organisations.models import Claim, Contact, Organisation, Profile, Steward
from essaim.organisations.queries.places import authorities_over
from essaim.organisations.rules.mailboxes import own_domains

MODERATING_ROLES = ("agent", "administrator")


def owners_left(organisation: Organisation) -> int:
    return organisation.stewards.filter(role="owner", user__is_active=True).count()


def mail_of_owners(organisation: Organisation) -> list[str]:
    rows = organisation.stewards.filter(role="owner", user__is_active=True)
    return list(rows.order_by("id").values_list("user__email", flat=True))


def mail_of_moderators(organisation: Organisation) -> list[str]:
    """Agents and administrators of the authorities whose territory holds it."""
    people = User.objects.filter(
        is_active=True,
        memberships__role__in=MODERATING_ROLES,
        memberships__authority__in=authorities_over(organisation),
    )
    return list(people.distinct().order_by("id").values_list("email", flat=True))


def domains_of(organisation: Organisation) -> tuple[str, ...]:
    """From its website and the contacts it shows; never from a contact it does not show."""
    profile = Profile.objects.filter(organisation=organisation).first()
    contacts = Contact.objects.filter(organisation=organisation).exclude(email="")
    shown = [each.email for each in contacts if each.is_shown]
    return own_domains(profile.website if profile else "", shown)


def claim_of(organisation: Organisation, user: User) -> Claim | None:
    """The person's open claim on it."""
    return organisation.claims.filter(user=user, state="open").first()


def claims_waiting(organisation: Organisation) -> list[Claim]:
    """Open claims a person must decide: an agent's decision asked for, or a proof given where someone owns already."""
    rows = organisation.claims.filter(state="open").exclude(method="invitation").select_related("user")
    return [each for each in rows if each.method == "agent" or each.proved_on]


def team_of(organisation: Organisation) -> list[Steward]:
    return list(organisation.stewards.select_related("user").order_by("-role", "id"))


def invitation_opens(claim: Claim | None, token: str) -> bool:
    """Whether the link still opens something; a page shows nothing of the organisation otherwise."""
    if claim is None or claim.method != "invitation" or claim.state != "open":
        return False
    in_time = claim.expires_at is not None and claim.expires_at > timezone.now()
    return claim.opens_with(token) and in_time
