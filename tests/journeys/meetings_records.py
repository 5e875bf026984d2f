"""What the meetings' journeys need in the site's own database: run as a module, prints links and sessions as JSON."""

import json
import os
from datetime import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from essaim.procurement.rules.meetings import slots_of_day  # noqa: E402
from essaim.procurement.tests.meetings_factory import hall, make_agent, make_event  # noqa: E402
from tests.journeys.desk_records import session_of  # noqa: E402


def main() -> None:
    today = timezone.localdate()
    slots = slots_of_day(today, time(9), time(10, 20), minutes=20)
    event = make_event(held_on=today, slots=slots)
    people = hall(event)
    print(  # noqa: T201  # read by the journeys
        json.dumps(
            {
                "event": event.pk,
                "tokens": {name: each.token for name, each in people.items()},
                "buyer": session_of(make_agent(event.authority, "buyer")),
                "stranger": session_of(make_agent(make_event().authority, "buyer")),
            }
        )
    )


if __name__ == "__main__":
    main()
