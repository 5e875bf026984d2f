"""Addresses: essential contract data: import, corrections, exports."""

from django.urls import URLPattern, path

from essaim.procurement.views import contracts, contracts_won

urlpatterns: list[URLPattern] = [
    path("contracts/imports/", contracts.contract_imports, name="contract_imports"),
    path("contracts/imports/new/", contracts.contract_import_new, name="contract_import_new"),
    path("contracts/imports/<int:number>/", contracts.contract_import, name="contract_import"),
    path(
        "contracts/imports/<int:number>/apply/", contracts.contract_import_apply, name="contract_import_apply"
    ),
    path(
        "contracts/imports/<int:number>/rejected/",
        contracts.contract_import_rejected,
        name="contract_import_rejected",
    ),
    path(
        "contracts/imports/<int:number>/rejected/<slug:rejected>/",
        contracts.contract_correct,
        name="contract_correct",
    ),
    path(
        "organisations/<int:id>/contracts/",
        contracts_won.organisation_contracts,
        name="organisation_contracts",
    ),
    path(
        "organisations/<int:id>/contracts.csv",
        contracts_won.organisation_contracts_csv,
        name="organisation_contracts_csv",
    ),
]
