"""Claim, team, editing, history, proposals, pictures."""

from django.urls import URLPattern, path

from essaim.organisations.views import owner, owner_claim, owner_history, owner_propose, owner_rows

urlpatterns: list[URLPattern] = [
    path("<int:id>/claim/", owner_claim.claim, name="claim"),
    path("<int:id>/claim/code/", owner_claim.claim_code, name="claim_code"),
    path("<int:id>/claim/withdraw/", owner_claim.claim_withdraw, name="claim_withdraw"),
    path("claims/<int:claim>/letter/", owner_claim.claim_letter, name="claim_letter"),
    path("<int:id>/team/", owner_claim.team_page, name="team"),
    path("<int:id>/team/invite/", owner_claim.invite, name="invite"),
    path("<int:id>/team/<int:steward>/", owner_claim.team_change, name="team_change"),
    path("<int:id>/team/claims/<int:claim>/", owner_claim.team_claim, name="team_claim"),
    path("invitations/<int:claim>/<str:token>/", owner_claim.invitation, name="invitation"),
    path("<int:id>/edit/", owner.edit, name="edit"),
    path("<int:id>/edit/hours/", owner.edit_hours, name="edit_hours"),
    path("<int:id>/edit/zone/", owner.edit_zone, name="edit_zone"),
    path("<int:id>/edit/identity/", owner.edit_identity, name="edit_identity"),
    path("edit/territories/", owner.find_territories, name="find_territories"),
    path("edit/cpv/", owner.find_cpv, name="find_cpv"),
    path("<int:id>/edit/<str:section>/", owner_rows.rows, name="rows"),
    path("<int:id>/edit/<str:section>/new/", owner_rows.new_row, name="new_row"),
    path("<int:id>/edit/<str:section>/<int:row>/", owner_rows.edit_row, name="edit_row"),
    path("<int:id>/edit/<str:section>/<int:row>/remove/", owner_rows.remove_row, name="remove_row"),
    path("<int:id>/history/", owner_history.history, name="history"),
    path("<int:id>/history/<int:act>/undo/", owner_history.undo, name="undo"),
    path("photos/<int:id>/", owner_history.photo, name="photo"),
    path("<int:id>/propose/", owner_propose.propose, name="propose"),
    path("propose/", owner_propose.propose_new, name="propose_new"),
    path("proposals/<str:token>/", owner_propose.proposal, name="proposal"),
]
