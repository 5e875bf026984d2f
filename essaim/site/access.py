"""The access table: who gets which answer at each address. A page that is not here fails the tests.

`expect` gives the HTTP status for each role, `visitor` to `administrator` (the installation's own). A row is for
an address as its URL name says it, with the arguments of `kwargs`; `method` is GET unless said otherwise.
Django's admin is one row: administrators only, whichever its page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from essaim.accounts.rules import ROLES

EVERYONE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 200))
# Others are sent to the login page.
ADMINISTRATORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"administrator": 200})
# Someone already in has nothing to do at the door.
VISITORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"visitor": 200})
# Anyone with an account; the others are sent to the login page.
PEOPLE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 200) | {"visitor": 302})
# Those of the table have neither password nor second factor: nothing to prove again, nothing to take away.
NOT_ASKED: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 403) | {"visitor": 302})
# Agents and administrators, on their desk or on a record of their territory; a steward edits too. Visitors log in,
# others are told it is not theirs. Where what is asked is absent, those who may are told so.
AGENTS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "agent": 200, "administrator": 200}
)
AGENTS_NOBODY: Mapping[str, int] = MappingProxyType(dict(AGENTS) | {"agent": 404, "administrator": 404})
# Those who bring contracts in: buyers too.
BUYERS: Mapping[str, int] = MappingProxyType(dict(AGENTS) | {"buyer": 200})
BUYERS_NOBODY: Mapping[str, int] = MappingProxyType(dict(AGENTS_NOBODY) | {"buyer": 404})
REDIRECTED: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302))
# Nothing of that number; for those who must first come in, the door.
NOBODY: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 404))
SIGNED_NOBODY: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 404) | {"visitor": 302})
ONE = MappingProxyType({"id": 1})

# A file of an answer, without the question.
ASKED_FIRST: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 422))
GONE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 410))
# An authority's administrator; the installation's own stands for them here.
ROLE_KEEPERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "administrator": 200}
)

# Social clauses: who reads them, who follows them. No row bears the number 0.
CLAUSE_READERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403)
    | {"visitor": 302, "facilitator": 200, "buyer": 200, "agent": 200, "administrator": 200}
)
FACILITATORS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "facilitator": 200, "administrator": 200}
)
NO_NUMBER = MappingProxyType({"id": "0"})
# Those who keep an authority's scheme for responsible purchasing.
SCHEME_KEEPERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "agent": 200, "buyer": 200, "administrator": 200}
)

# No import bears that number.
NO_IMPORT = MappingProxyType({"number": "999999"})

# Buyers of an authority, and the installation's administrators; none of their needs bears that number.
BUYERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "buyer": 200, "administrator": 200}
)
BUYERS_NOBODY: Mapping[str, int] = MappingProxyType(dict(BUYERS) | {"buyer": 404, "administrator": 404})
NO_NEED = MappingProxyType({"id": "999999999"})

# The atlas is read by everyone; these rows need figures, as a test writes them.
MEL = MappingProxyType({"kind": "epci", "id": "200093201"})
MEL_CODE = MappingProxyType({"code": "epci:200093201"})

# The directory's rows need a record, as a test writes it: its id, published, with a place.
RECORD = MappingProxyType({"id": "1"})


@dataclass(frozen=True)
class Row:
    expect: Mapping[str, int] = field(default_factory=lambda: EVERYONE)
    kwargs: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    query: str = ""


ACCESS: Mapping[str, Row] = {
    "home": Row(),
    "law": Row(),
    "law-csv": Row(),
    "law-json": Row(),
    "api": Row(),
    "api:openapi-json": Row(),
    # Ninja's own root, hidden behind our page of the same address.
    "api:api-root": Row(),
    "health": Row(),
    "robots": Row(),
    "atlas:choose": Row(),
    "atlas:suggestions": Row(query="q=lil"),
    "atlas:compare": Row(query="codes=epci:200093201"),
    "atlas:method": Row(),
    "atlas:sources": Row(),
    "atlas:figure": Row(kwargs={"figure": "sse_jobs"}),
    "atlas:territory": Row(kwargs=MEL),
    "atlas:establishments": Row(kwargs=MEL),
    "atlas:points": Row(kwargs=MEL),
    "atlas:outlines": Row(kwargs=MEL),
    "atlas:pdf": Row(kwargs=MEL),
    "atlas:metadata": Row(kwargs=MEL),
    "atlas:download": Row(kwargs={**MEL, "form": "csv"}),
    "atlas:sector": Row(kwargs={**MEL, "category": "social_action"}),
    "atlas:family": Row(kwargs={**MEL, "category": "association"}),
    "atlas:figure_map": Row(kwargs={**MEL, "figure": "sse_establishments"}),
    "territories:search": Row(query="q=lille"),
    "territories:locate": Row(),
    "territories:outlines": Row(query="kind=commune&within=epci:200093201"),
    "api:find_territories": Row(query="q=lille"),
    "api:locate_point": Row(query="lon=3.06&lat=50.63"),
    "api:figures": Row(),
    "api:atlas": Row(kwargs=MEL_CODE),
    "api:compare": Row(query="codes=epci:200093201"),
    "api:establishments": Row(kwargs=MEL_CODE),
    "ui:gallery": Row(),
    "ui:draft": Row(MappingProxyType(dict.fromkeys(ROLES, 400)), method="POST"),
    "ui:gallery-map": Row(kwargs={"kind": "points"}),
    "ui:gallery-suggestions": Row(query="q=l"),
    # --- accounts
    "accounts:login": Row(VISITORS),
    "accounts:logout": Row(REDIRECTED, method="POST"),
    "accounts:account": Row(PEOPLE),
    "accounts:roles": Row(ROLE_KEEPERS, kwargs={"slug": "mel"}),
    # Nobody holds a role numbered 0.
    "accounts:revoke": Row(
        ROLE_KEEPERS | {"administrator": 404}, kwargs={"slug": "mel", "membership": "0"}, method="POST"
    ),
    "account_login": Row(VISITORS),
    "account_logout": Row(PEOPLE),
    "account_inactive": Row(),
    "account_signup": Row(VISITORS),
    "account_reauthenticate": Row(NOT_ASKED),
    "account_email": Row(PEOPLE),
    "account_email_verification_sent": Row(),
    "account_confirm_email": Row(kwargs={"key": "wrong"}),
    "account_change_password": Row(REDIRECTED),
    "account_set_password": Row(PEOPLE),
    "account_reset_password": Row(),
    "account_reset_password_done": Row(),
    "account_reset_password_from_key": Row(kwargs={"uidb36": "0", "key": "wrong"}),
    "account_reset_password_from_key_done": Row(),
    "mfa_index": Row(REDIRECTED),
    "mfa_authenticate": Row(REDIRECTED),
    "mfa_reauthenticate": Row(NOT_ASKED),
    "mfa_activate_totp": Row(PEOPLE),
    "mfa_deactivate_totp": Row(SIGNED_NOBODY),
    "mfa_view_recovery_codes": Row(SIGNED_NOBODY),
    "mfa_generate_recovery_codes": Row(PEOPLE),
    "mfa_download_recovery_codes": Row(SIGNED_NOBODY),
    "socialaccount_connections": Row(PEOPLE),
    "socialaccount_signup": Row(REDIRECTED),
    "socialaccount_login_cancelled": Row(),
    "socialaccount_login_error": Row(dict.fromkeys(ROLES, 401)),
    # Without the provider's settings there is no such door.
    "openid_connect_login": Row(NOBODY, kwargs={"provider_id": "oidc"}),
    "openid_connect_callback": Row(NOBODY, kwargs={"provider_id": "oidc"}),
    # --- organisations: search
    "organisations:search": Row(query="q=recyclerie&territory=epci:200093201"),
    "organisations:print": Row(),
    "organisations:places": Row(query="place=lille"),
    "organisations:map": Row(),
    "organisations:embed": Row(),
    "organisations:share": Row(),
    "organisations:tile": Row(kwargs={"z": 0, "x": 0, "y": 0}),
    # Lists and followed searches are each person's: a visitor is told why an account is needed.
    "organisations:lists": Row(),
    "organisations:searches": Row(),
    "organisations:save_search": Row(),
    "organisations:make_list": Row(REDIRECTED, method="POST"),
    # What does not exist, or is someone else's: sent to the door, then nothing there.
    "organisations:keep": Row(kwargs=RECORD),
    "organisations:shared_list": Row(NOBODY, kwargs={"token": "x"}),
    "organisations:stop_alert": Row(NOBODY, kwargs={"token": "x"}),
    "organisations:list": Row(SIGNED_NOBODY, kwargs=ONE),
    "organisations:list_file": Row(SIGNED_NOBODY, kwargs={**ONE, "form": "csv"}),
    "organisations:rename_list": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:share_list": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:stop_sharing": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:delete_list": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:note_item": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:remove_item": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:change_search": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:stop_search": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:resume_search": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "organisations:delete_search": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "api:find_organisations": Row(query="q=recyclerie"),
    # --- organisations: page
    "organisations:organisation": Row(kwargs=RECORD),
    "organisations:organisation_json": Row(kwargs=RECORD),
    "organisations:organisation_jsonld": Row(kwargs=RECORD),
    "organisations:sites": Row(kwargs=RECORD),
    "organisations:contacts": Row(kwargs=RECORD, method="POST"),
    "organisations:esus": Row(),
    "organisations:supports": Row(query="territory=epci:200093201"),
    "organisations:supports_csv": Row(),
    "organisations:channels": Row(),
    "organisations:channel": Row(kwargs={"code": "reuse"}, query="territory=epci:200093201"),
    "organisations:channel_csv": Row(kwargs={"code": "reuse"}),
    "organisations:add_support": Row(AGENTS, kwargs=RECORD),
    "organisations:change_support": Row(AGENTS, kwargs={**RECORD, "support": "1"}),
    "organisations:remove_support": Row(
        AGENTS | {"agent": 302, "administrator": 302}, kwargs={**RECORD, "support": "1"}, method="POST"
    ),
    "organisations:steps": Row(AGENTS, kwargs=RECORD),
    # --- organisations: owner
    "organisations:claim": Row(PEOPLE, kwargs=RECORD),
    "organisations:claim_code": Row(REDIRECTED, kwargs=RECORD, method="POST"),
    "organisations:claim_withdraw": Row(REDIRECTED, kwargs=RECORD, method="POST"),
    "organisations:claim_letter": Row(SIGNED_NOBODY, kwargs={"claim": "999999999"}, method="POST"),
    "organisations:invitation": Row(GONE, kwargs={"claim": "999999999", "token": "x"}),
    "organisations:team": Row(AGENTS, kwargs=RECORD),
    "organisations:invite": Row(
        MappingProxyType(dict(AGENTS) | {"agent": 422, "administrator": 422}), kwargs=RECORD, method="POST"
    ),
    "organisations:team_change": Row(AGENTS_NOBODY, kwargs={**RECORD, "steward": "999999999"}, method="POST"),
    "organisations:team_claim": Row(AGENTS_NOBODY, kwargs={**RECORD, "claim": "999999999"}, method="POST"),
    "organisations:edit": Row(AGENTS, kwargs=RECORD),
    "organisations:edit_hours": Row(AGENTS, kwargs=RECORD),
    "organisations:edit_zone": Row(AGENTS, kwargs=RECORD),
    "organisations:edit_identity": Row(AGENTS, kwargs=RECORD),
    "organisations:find_territories": Row(PEOPLE, query="territory_search=lille"),
    "organisations:find_cpv": Row(PEOPLE, query="cpv_search=nettoyage"),
    "organisations:rows": Row(AGENTS, kwargs={**RECORD, "section": "offers"}),
    "organisations:new_row": Row(AGENTS, kwargs={**RECORD, "section": "places"}),
    "organisations:edit_row": Row(AGENTS_NOBODY, kwargs={**RECORD, "section": "offers", "row": "999999999"}),
    "organisations:remove_row": Row(
        AGENTS_NOBODY, kwargs={**RECORD, "section": "offers", "row": "999999999"}, method="POST"
    ),
    "organisations:history": Row(kwargs=RECORD),
    "organisations:undo": Row(AGENTS_NOBODY, kwargs={**RECORD, "act": "999999999"}, method="POST"),
    "organisations:photo": Row(NOBODY, kwargs={"id": "999999999"}),
    "organisations:propose": Row(kwargs=RECORD),
    "organisations:propose_new": Row(),
    "organisations:proposal": Row(NOBODY, kwargs={"token": "1:forged"}),
    # --- organisations: desk
    "organisations:desk": Row(AGENTS),
    "organisations:desk_queue": Row(AGENTS, kwargs={"queue": "requests"}),
    "organisations:desk_register": Row(AGENTS),
    "organisations:desk_claim": Row(AGENTS_NOBODY, kwargs={"id": "1"}),
    "organisations:desk_proposal": Row(AGENTS_NOBODY, kwargs={"id": "1"}),
    "organisations:desk_request": Row(AGENTS_NOBODY, kwargs={"id": "1"}),
    "organisations:desk_pair": Row(AGENTS_NOBODY, kwargs={"id": "1"}),
    "organisations:desk_record": Row(AGENTS, kwargs=RECORD),
    "organisations:journal": Row(AGENTS),
    "organisations:journal_csv": Row(AGENTS),
    "organisations:act": Row(AGENTS_NOBODY, kwargs={"id": "1"}),
    "organisations:object_any": Row(),
    "organisations:object": Row(kwargs=RECORD),
    "organisations:request": Row(NOBODY, kwargs={"token": "unknown"}),
    # --- organisations: data
    "sitemap": Row(),
    "sitemap-part": Row(kwargs={"number": "0"}),
    "organisations:data": Row(),
    "organisations:catalogue": Row(kwargs={"form": "ttl"}),
    "organisations:dictionary": Row(),
    # No export has been written yet.
    "organisations:checksums": Row(NOBODY),
    "organisations:download": Row(NOBODY, kwargs={"form": "csv"}),
    # A directory this small is indexed by whoever asks first.
    "organisations:selection": Row(kwargs={"form": "csv"}),
    "organisations:mine": Row(PEOPLE),
    "organisations:keys": Row(PEOPLE),
    "organisations:revoke_key": Row(NOBODY | {"visitor": 302}, kwargs={"key": "0"}, method="POST"),
    # --- organisations: imports
    "organisations:imports": Row(AGENTS),
    "organisations:import_new": Row(AGENTS),
    # No import of that number: who may see it learns so, the others learn nothing.
    "organisations:import": Row(AGENTS_NOBODY, kwargs=NO_IMPORT),
    "organisations:import_apply": Row(AGENTS_NOBODY, kwargs=NO_IMPORT, method="POST"),
    "organisations:import_undo": Row(AGENTS_NOBODY, kwargs=NO_IMPORT, method="POST"),
    "organisations:import_rejected": Row(AGENTS_NOBODY, kwargs=NO_IMPORT),
    "organisations:freshness": Row(),
    "organisations:freshness_csv": Row(),
    # Procurement, part routes.
    "procurement:routes": Row(),
    "procurement:routes_file": Row(ASKED_FIRST, kwargs={"form": "csv"}),
    "api:find_routes": Row(ASKED_FIRST),
    # Procurement, part needs.
    "procurement:calendar": Row(),
    "procurement:calendar-csv": Row(),
    "procurement:calendar-ics": Row(),
    "procurement:published-need": Row(NOBODY, kwargs=NO_NEED),
    "procurement:needs": Row(BUYERS),
    "procurement:needs-csv": Row(BUYERS),
    "procurement:need-new": Row(BUYERS),
    "procurement:need-cpv": Row(PEOPLE, query="title=nettoyage"),
    "procurement:calendar-import": Row(BUYERS),
    "procurement:calendar-import-page": Row(BUYERS_NOBODY, kwargs=NO_NEED),
    "procurement:calendar-import-apply": Row(BUYERS_NOBODY, kwargs=NO_NEED, method="POST"),
    "procurement:calendar-import-rejected": Row(BUYERS_NOBODY, kwargs=NO_NEED),
    # A need of that number is not theirs: for each of them it does not exist.
    "procurement:need": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:need-change": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:lot-new": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:lot": Row(SIGNED_NOBODY, kwargs={**NO_NEED, "lot": "1"}),
    "procurement:lot-remove": Row(SIGNED_NOBODY, kwargs={**NO_NEED, "lot": "1"}, method="POST"),
    "procurement:suppliers": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:suppliers-csv": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:need-write": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:need-messages": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:need-messages-csv": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:need-remind": Row(SIGNED_NOBODY, kwargs={**NO_NEED, "message": "1"}, method="POST"),
    "procurement:need-award": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:consultation": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:consultation-csv": Row(SIGNED_NOBODY, kwargs=NO_NEED),
    "procurement:consultation-act": Row(SIGNED_NOBODY, kwargs={**NO_NEED, "act": "publish"}, method="POST"),
    "procurement:need-act": Row(SIGNED_NOBODY, kwargs={**NO_NEED, "act": "publish"}, method="POST"),
    "procurement:need-answer": Row(NOBODY, kwargs={"token": "x"}),
    "procurement:consultation-report": Row(NOBODY, kwargs=NO_NEED),
    "procurement:consultation-answer": Row(NOBODY, kwargs={"token": "x"}),
    # Procurement, part contracts.
    "procurement:contract_imports": Row(BUYERS),
    "procurement:contract_import_new": Row(BUYERS),
    # No import of that number: who may see it learns so, the others learn nothing.
    "procurement:contract_import": Row(BUYERS_NOBODY, kwargs=NO_IMPORT),
    "procurement:contract_import_apply": Row(BUYERS_NOBODY, kwargs=NO_IMPORT, method="POST"),
    "procurement:contract_import_rejected": Row(BUYERS_NOBODY, kwargs=NO_IMPORT),
    "procurement:contract_correct": Row(BUYERS_NOBODY, kwargs={**NO_IMPORT, "rejected": "x"}),
    # Procurement, part schemes.
    "procurement:schemes": Row(),
    "procurement:new_scheme": Row(SCHEME_KEEPERS),
    # No scheme, publication nor purchase of that number: public ones are anyone's, the rest its authority's.
    "procurement:scheme": Row(NOBODY, kwargs=ONE),
    "procurement:edit_scheme": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:show_scheme": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:add_scheme_buyer": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:remove_scheme_buyer": Row(SIGNED_NOBODY, kwargs={**ONE, "buyer": 1}, method="POST"),
    "procurement:set_scheme_objective": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:remove_scheme_objective": Row(SIGNED_NOBODY, kwargs={**ONE, "objective": 1}, method="POST"),
    "procurement:scheme_figures": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:scheme_figures_csv": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:scheme_what_if": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:publish_scheme_figures": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:scheme_contracts": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:scheme_contracts_file": Row(SIGNED_NOBODY, kwargs={**ONE, "form": "decp"}),
    "procurement:scheme_contract_purposes": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:scheme_publication": Row(NOBODY, kwargs=ONE),
    "procurement:scheme_publication_file": Row(NOBODY, kwargs={**ONE, "form": "json"}),
    "procurement:article35": Row(SCHEME_KEEPERS),
    "procurement:article35_csv": Row(SCHEME_KEEPERS),
    "procurement:enter_purchase": Row(SCHEME_KEEPERS),
    "procurement:article35_purchase": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:change_purchase": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:answer_duty": Row(SIGNED_NOBODY, kwargs={**ONE, "duty": "social_condition"}),
    # Procurement, part clauses.
    # Readers are the facilitators, buyers and agents of an authority; nothing of number 0 exists.
    "procurement:clauses": Row(CLAUSE_READERS),
    "procurement:clauses_csv": Row(CLAUSE_READERS),
    "procurement:clauses_operation_new": Row(FACILITATORS),
    "procurement:clauses_operation": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_clause_new": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_summary": Row(SIGNED_NOBODY, kwargs={**NO_NUMBER, "form": "pdf"}),
    "procurement:clauses_year": Row(SIGNED_NOBODY, kwargs={**NO_NUMBER, "year": "2026", "form": "xlsx"}),
    "procurement:clauses_company_new": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_bill_new": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_engagement_new": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_companies": Row(FACILITATORS),
    "procurement:clauses_invite": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_contact_remove": Row(SIGNED_NOBODY, kwargs=NO_NUMBER, method="POST"),
    "procurement:clauses_beneficiaries": Row(FACILITATORS),
    "procurement:clauses_beneficiary_new": Row(FACILITATORS),
    "procurement:clauses_beneficiary": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_proof_new": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_identity": Row(SIGNED_NOBODY, kwargs=NO_NUMBER, method="POST"),
    "procurement:clauses_queue": Row(FACILITATORS),
    "procurement:clauses_decide": Row(SIGNED_NOBODY, kwargs=NO_NUMBER, method="POST"),
    "procurement:clauses_correct": Row(SIGNED_NOBODY, kwargs=NO_NUMBER),
    "procurement:clauses_reminders": Row(FACILITATORS),
    "procurement:clauses_remind": Row(SIGNED_NOBODY, kwargs=NO_NUMBER, method="POST"),
    "procurement:clauses_mine": Row(PEOPLE),
    "procurement:clauses_month": Row(SIGNED_NOBODY, kwargs={**NO_NUMBER, "month": "2026-10"}),
    "procurement:clauses_month_file": Row(SIGNED_NOBODY, kwargs={**NO_NUMBER, "month": "2026-10"}),
    "procurement:clauses_invitation": Row(GONE, kwargs={**NO_NUMBER, "token": "x"}),
    # Procurement, part meetings.
    "procurement:meetings": Row(),
    "procurement:meeting_open": Row(AGENTS | {"buyer": 200}),
    # No event, and no personal link, of that number.
    "procurement:meeting_event": Row(NOBODY, kwargs=ONE),
    "procurement:meeting_register": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_board": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_room": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:meeting_close": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:meeting_plan": Row(SIGNED_NOBODY, kwargs=ONE, method="POST"),
    "procurement:meeting_slot": Row(SIGNED_NOBODY, kwargs={**ONE, "slot": 1}, method="POST"),
    "procurement:meeting_person": Row(SIGNED_NOBODY, kwargs={**ONE, "participant": 1}, method="POST"),
    "procurement:meeting_wishes": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_wishes_csv": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_planning_csv": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_today": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_follow": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_follow_csv": Row(SIGNED_NOBODY, kwargs=ONE),
    "procurement:meeting_outcome": Row(SIGNED_NOBODY, kwargs={**ONE, "meeting": 1}),
    "procurement:meeting_mine": Row(NOBODY, kwargs={"token": "x"}),
    "procurement:meeting_hours": Row(NOBODY, kwargs={"token": "x"}, method="POST"),
    "procurement:meeting_withdraw": Row(NOBODY, kwargs={"token": "x"}, method="POST"),
    "procurement:meeting_agenda": Row(NOBODY, kwargs={"token": "x"}),
    "procurement:meeting_agenda_pdf": Row(NOBODY, kwargs={"token": "x"}),
    "procurement:meeting_agenda_ics": Row(NOBODY, kwargs={"token": "x"}),
    "procurement:meeting_my_outcome": Row(NOBODY, kwargs={"token": "x", "meeting": 1}),
    # Procurement, part end.
}

ADMIN = Row(ADMINISTRATORS)
"""Every address whose name begins with `admin:`."""
