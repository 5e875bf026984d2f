"""Addresses: the purchase calendar, lots, suppliers found, messages and market consultations."""

from django.urls import URLPattern, path

from essaim.procurement.views import needs, needs_consultation, needs_duties, needs_import, needs_suppliers

urlpatterns: list[URLPattern] = [
    path("calendar/", needs.calendar, name="calendar"),
    path("calendar.csv", needs.calendar_csv, name="calendar-csv"),
    path("calendar.ics", needs.calendar_ics, name="calendar-ics"),
    path("calendar/<int:id>/", needs.published_need, name="published-need"),
    path("needs/", needs.needs, name="needs"),
    path("needs.csv", needs.needs_csv, name="needs-csv"),
    path("needs/new/", needs.need_new, name="need-new"),
    path("needs/cpv/", needs.need_cpv, name="need-cpv"),
    path("needs/import/", needs_import.calendar_import, name="calendar-import"),
    path("needs/import/<int:id>/", needs_import.calendar_import_page, name="calendar-import-page"),
    path("needs/import/<int:id>/apply/", needs_import.calendar_import_apply, name="calendar-import-apply"),
    path(
        "needs/import/<int:id>/rejected.csv",
        needs_import.calendar_import_rejected,
        name="calendar-import-rejected",
    ),
    path("needs/<int:id>/", needs.need, name="need"),
    path("needs/<int:id>/change/", needs.need_change, name="need-change"),
    path("needs/<int:id>/lots/", needs.lot, name="lot-new"),
    path("needs/<int:id>/lots/<int:lot>/", needs.lot, name="lot"),
    path("needs/<int:id>/lots/<int:lot>/remove/", needs.lot_remove, name="lot-remove"),
    path("needs/<int:id>/suppliers/", needs_suppliers.suppliers, name="suppliers"),
    path("needs/<int:id>/suppliers.csv", needs_suppliers.suppliers_csv, name="suppliers-csv"),
    path("needs/<int:id>/write/", needs_suppliers.need_write, name="need-write"),
    path("needs/<int:id>/messages/", needs_suppliers.need_messages, name="need-messages"),
    path("needs/<int:id>/messages.csv", needs_suppliers.need_messages_csv, name="need-messages-csv"),
    path("needs/<int:id>/messages/<int:message>/remind/", needs_suppliers.need_remind, name="need-remind"),
    path("needs/<int:id>/award/", needs_suppliers.need_award, name="need-award"),
    path("needs/<int:id>/consultation/", needs_consultation.consultation, name="consultation"),
    path("needs/<int:id>/consultation.csv", needs_consultation.consultation_csv, name="consultation-csv"),
    path(
        "needs/<int:id>/consultation/<str:act>/", needs_consultation.consultation_act, name="consultation-act"
    ),
    path("needs/<int:id>/article-35/", needs_duties.need_control, name="need-control"),
    path("needs/<int:id>/acts/<str:act>/", needs.need_act, name="need-act"),
    path("answers/<str:token>/", needs_suppliers.need_answer, name="need-answer"),
    path("consultations/<int:id>/", needs_consultation.consultation_report, name="consultation-report"),
    path(
        "consultation-answers/<str:token>/",
        needs_consultation.consultation_answer,
        name="consultation-answer",
    ),
]
