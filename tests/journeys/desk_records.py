"""What the desk's journeys need in the site's own database: run as a module, prints their ids as JSON."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from essaim.organisations.models import Claim, Evidence, Profile, Proposal  # noqa: E402
from essaim.organisations.operations.duplicates import find_duplicates  # noqa: E402
from essaim.organisations.operations.requests import receive_request  # noqa: E402
from essaim.organisations.tests.factories import (  # noqa: E402
    make_agent,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)


def session_of(person) -> str:
    """The key of a session already open: logging in is another journey."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return session.session_key


def main() -> None:
    today = timezone.localdate()
    authority = make_authority()
    canal = make_site(make_organisation(name="Les Ateliers du Canal")).organisation
    typed = make_site(make_organisation(siren=None, name="Ateliers du canal", legal_category="")).organisation
    Profile.objects.create(organisation=typed, summary="On répare les vélos.")
    find_duplicates(by=None, on=today)
    doubtful = make_site(
        make_organisation(name="Le Jardin partagé", status="to_confirm", reason_code="sources_disagree")
    ).organisation
    Evidence.objects.create(organisation=doubtful, source="flag", says="not_member", value="N", on=today)
    proposal = Proposal.objects.create(
        organisation=doubtful,
        kind="correction",
        changes={"sigle": "JARDIN"},
        message="Vu sur place",
        made_on=today,
    )
    person = make_site(
        make_organisation(name="Camille Martin, réparation", legal_category="1000")
    ).organisation
    request = receive_request(
        organisation=canal,
        kind="access",
        email="ada@exemple.fr",
        message="Quelles données ?",
        by=None,
        on=today,
    )
    claim = Claim.objects.create(
        organisation=doubtful, user=make_user(), method="agent", motive="Je la préside.", made_on=today
    )
    agents = [make_agent(authority) for _ in range(2)]
    print(  # noqa: T201
        json.dumps(
            {
                "canal": canal.pk,
                "typed": typed.pk,
                "doubtful": doubtful.pk,
                "person": person.pk,
                "proposal": proposal.pk,
                "request": request.pk,
                "claim": claim.pk,
                "sessions": [session_of(each) for each in agents],
            }
        )
    )


if __name__ == "__main__":
    main()
