"""Addresses of procurement, under /procurement/. One file a part, beside."""

from essaim.procurement.urls import clauses, contracts, meetings, needs, routes, schemes

app_name = "procurement"

urlpatterns = [
    *routes.urlpatterns,
    *needs.urlpatterns,
    *contracts.urlpatterns,
    *schemes.urlpatterns,
    *clauses.urlpatterns,
    *meetings.urlpatterns,
]
