"""Addresses: business meetings: wishes, schedule, agendas, follow-up."""

from django.urls import URLPattern, path

from essaim.procurement.views import meetings, meetings_board, meetings_day, meetings_mine

MINE = "meetings/mine/<str:token>/"
ONE = "meetings/<int:id>/"

urlpatterns: list[URLPattern] = [
    path("meetings/", meetings.events, name="meetings"),
    path("meetings/new/", meetings.open_new, name="meeting_open"),
    path(ONE, meetings.event, name="meeting_event"),
    path(f"{ONE}register/", meetings.register, name="meeting_register"),
    path(f"{ONE}board/", meetings_board.board, name="meeting_board"),
    path(f"{ONE}room/", meetings_board.room, name="meeting_room"),
    path(f"{ONE}close/", meetings_board.close, name="meeting_close"),
    path(f"{ONE}plan/", meetings_board.plan, name="meeting_plan"),
    path(f"{ONE}slots/<int:slot>/", meetings_board.slot, name="meeting_slot"),
    path(f"{ONE}people/<int:participant>/", meetings_board.person, name="meeting_person"),
    path(f"{ONE}wishes/", meetings_board.wishes, name="meeting_wishes"),
    path(f"{ONE}wishes.csv", meetings_board.wishes_csv, name="meeting_wishes_csv"),
    path(f"{ONE}planning.csv", meetings_board.planning_csv, name="meeting_planning_csv"),
    path(f"{ONE}today/", meetings_day.today, name="meeting_today"),
    path(f"{ONE}follow/", meetings_day.follow, name="meeting_follow"),
    path(f"{ONE}follow.csv", meetings_day.follow_csv, name="meeting_follow_csv"),
    path(f"{ONE}follow/<int:meeting>/", meetings_day.outcome, name="meeting_outcome"),
    path(MINE, meetings_mine.mine, name="meeting_mine"),
    path(f"{MINE}hours/", meetings_mine.hours, name="meeting_hours"),
    path(f"{MINE}withdraw/", meetings_mine.withdraw, name="meeting_withdraw"),
    path(f"{MINE}agenda/", meetings_mine.agenda, name="meeting_agenda"),
    path(f"{MINE}agenda.pdf", meetings_mine.agenda_pdf, name="meeting_agenda_pdf"),
    path(f"{MINE}agenda.ics", meetings_mine.agenda_ics, name="meeting_agenda_ics"),
    path(f"{MINE}follow/<int:meeting>/", meetings_mine.outcome, name="meeting_my_outcome"),
]
