"""Addresses: social clauses: hours due, forecast, validated."""

from django.urls import URLPattern, path, register_converter

from essaim.procurement.views import (
    clauses,
    clauses_change,
    clauses_company,
    clauses_hours,
    clauses_month,
    clauses_people,
    clauses_setup,
    clauses_summary,
)


class MonthConverter:
    """ "2026-10": the first day of that month."""

    regex = "20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str):
        return clauses.first_of(value)

    def to_url(self, value: object) -> str:
        return str(value)[:7]


register_converter(MonthConverter, "clause_month")

urlpatterns: list[URLPattern] = [
    path("clauses/", clauses.portfolio, name="clauses"),
    path("clauses/portfolio.csv", clauses.portfolio_csv, name="clauses_csv"),
    path("clauses/operations/new/", clauses_setup.new_operation, name="clauses_operation_new"),
    path("clauses/operations/<int:id>/", clauses.operation, name="clauses_operation"),
    path("clauses/operations/<int:id>/clause/", clauses_setup.new_clause, name="clauses_clause_new"),
    path("clauses/operations/<int:id>/change/", clauses_change.operation, name="clauses_operation_change"),
    path(
        "clauses/operations/<int:id>/withdraw/",
        clauses_change.withdraw_operation,
        name="clauses_operation_withdraw",
    ),
    path("clauses/lots/<int:id>/change/", clauses_change.clause, name="clauses_clause_change"),
    path("clauses/lots/<int:id>/withdraw/", clauses_change.withdraw_clause, name="clauses_clause_withdraw"),
    path("clauses/engagements/<int:id>/", clauses_change.engagement, name="clauses_engagement_change"),
    path(
        "clauses/operations/<int:id>/summary.<slug:form>", clauses_summary.operation, name="clauses_summary"
    ),
    path("clauses/years/<int:id>/<int:year>.<slug:form>", clauses_summary.year, name="clauses_year"),
    path("clauses/lots/<int:id>/company/", clauses_setup.new_company, name="clauses_company_new"),
    path("clauses/shares/<int:id>/bill/", clauses_setup.new_bill, name="clauses_bill_new"),
    path("clauses/shares/<int:id>/engagement/", clauses_people.new_engagement, name="clauses_engagement_new"),
    path("clauses/companies/", clauses_setup.companies, name="clauses_companies"),
    path("clauses/companies/<int:id>/invite/", clauses_setup.invite, name="clauses_invite"),
    path("clauses/contacts/<int:id>/remove/", clauses_setup.remove_contact, name="clauses_contact_remove"),
    path("clauses/beneficiaries/", clauses_people.beneficiaries, name="clauses_beneficiaries"),
    path("clauses/beneficiaries/new/", clauses_people.new_beneficiary, name="clauses_beneficiary_new"),
    path("clauses/beneficiaries/<int:id>/", clauses_people.beneficiary, name="clauses_beneficiary"),
    path("clauses/beneficiaries/<int:id>/proof/", clauses_people.new_proof, name="clauses_proof_new"),
    path("clauses/beneficiaries/<int:id>/identity/", clauses_people.identity, name="clauses_identity"),
    path(
        "clauses/beneficiaries/<int:id>/identity/erase/",
        clauses_people.erase_identity,
        name="clauses_identity_erase",
    ),
    path("clauses/queue/", clauses_hours.queue, name="clauses_queue"),
    path(
        "clauses/queue/<int:id>/<clause_month:month>/",
        clauses_month.validate_month,
        name="clauses_queue_month",
    ),
    path("clauses/hours/<int:id>/decide/", clauses_hours.decide, name="clauses_decide"),
    path("clauses/hours/<int:id>/correct/", clauses_hours.correct, name="clauses_correct"),
    path("clauses/reminders/", clauses_hours.reminders, name="clauses_reminders"),
    path("clauses/shares/<int:id>/remind/", clauses_hours.remind, name="clauses_remind"),
    path("clauses/mine/", clauses_company.mine, name="clauses_mine"),
    path("clauses/mine/<int:id>/<clause_month:month>/", clauses_company.month, name="clauses_month"),
    path(
        "clauses/mine/<int:id>/<clause_month:month>/file/",
        clauses_company.month_file,
        name="clauses_month_file",
    ),
    path("clauses/invitation/<int:id>/<str:token>/", clauses_company.invitation, name="clauses_invitation"),
]
