"""Addresses: SPASER: objectives, indicators, publication, and the article 35 control."""

from django.urls import URLPattern, path, re_path

from essaim.procurement.views import (
    schemes,
    schemes_contracts,
    schemes_control,
    schemes_duty,
    schemes_figures,
)

urlpatterns: list[URLPattern] = [
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/duty/", schemes_duty.spaser_duty, name="spaser_duty"),
    path("schemes/new/", schemes.new_scheme, name="new_scheme"),
    path("schemes/<int:id>/", schemes.scheme, name="scheme"),
    path("schemes/<int:id>/edit/", schemes.edit_scheme, name="edit_scheme"),
    path("schemes/<int:id>/show/", schemes.show_scheme, name="show_scheme"),
    path("schemes/<int:id>/buyers/", schemes.add_scheme_buyer, name="add_scheme_buyer"),
    path(
        "schemes/<int:id>/buyers/<int:buyer>/remove/", schemes.remove_scheme_buyer, name="remove_scheme_buyer"
    ),
    path("schemes/<int:id>/objectives/", schemes.set_scheme_objective, name="set_scheme_objective"),
    path(
        "schemes/<int:id>/objectives/<int:objective>/remove/",
        schemes.remove_scheme_objective,
        name="remove_scheme_objective",
    ),
    path("schemes/<int:id>/figures/", schemes_figures.scheme_figures, name="scheme_figures"),
    path("schemes/<int:id>/figures.csv", schemes_figures.scheme_figures_csv, name="scheme_figures_csv"),
    path("schemes/<int:id>/what-if/", schemes_figures.what_if, name="scheme_what_if"),
    path("schemes/<int:id>/publish/", schemes_figures.publish_figures, name="publish_scheme_figures"),
    path("schemes/<int:id>/contracts/", schemes_contracts.scheme_contracts, name="scheme_contracts"),
    path(
        "schemes/<int:id>/contracts/aims/",
        schemes_contracts.scheme_contract_purposes,
        name="scheme_contract_purposes",
    ),
    path(
        "schemes/<int:id>/contracts/<slug:form>/",
        schemes_contracts.scheme_contracts_file,
        name="scheme_contracts_file",
    ),
    path("schemes/published/<int:id>/", schemes_figures.scheme_publication, name="scheme_publication"),
    re_path(
        r"^schemes/published/(?P<id>[0-9]{1,18})\.(?P<form>json|csv)$",
        schemes_figures.scheme_publication_file,
        name="scheme_publication_file",
    ),
    path("article-35/", schemes_control.article35, name="article35"),
    path("article-35.csv", schemes_control.article35_csv, name="article35_csv"),
    path("article-35/new/", schemes_control.enter_purchase, name="enter_purchase"),
    path("article-35/<int:id>/", schemes_control.article35_purchase, name="article35_purchase"),
    path("article-35/<int:id>/edit/", schemes_control.change_purchase, name="change_purchase"),
    path("article-35/<int:id>/<slug:duty>/", schemes_control.answer_duty, name="answer_duty"),
]
