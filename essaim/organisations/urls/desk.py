"""The agent's desk: queues, rulings, duplicates, requests."""

from django.urls import URLPattern, path

from essaim.organisations.views import (
    desk,
    desk_decisions,
    desk_journal,
    desk_pairs,
    desk_records,
    desk_requests,
)

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/requests.csv", desk_requests.register, name="desk_register"),
    path("desk/requests/<int:id>/", desk_requests.one_request, name="desk_request"),
    path("desk/claims/<int:id>/", desk_decisions.claim, name="desk_claim"),
    path("desk/proposals/<int:id>/", desk_decisions.proposal, name="desk_proposal"),
    path("desk/duplicates/<int:id>/", desk_pairs.pair, name="desk_pair"),
    path("desk/records/<int:id>/", desk_records.record, name="desk_record"),
    path("desk/<slug:queue>/", desk.queue, name="desk_queue"),
    path("journal/", desk_journal.journal, name="journal"),
    path("journal.csv", desk_journal.journal_csv, name="journal_csv"),
    path("journal/<int:id>/", desk_journal.one_act, name="act"),
    path("object/", desk_requests.ask, name="object_any"),
    path("requests/<str:token>/", desk_requests.followed, name="request"),
    path("<int:id>/object/", desk_requests.ask, name="object"),
]
