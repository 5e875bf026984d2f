"""The pages of django-allauth that this site opens, under the names it looks for. What is not here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as openid
from django.urls import path, re_path
from django.views.generic.base import RedirectView

# One page says all of one's account: these have none of their own.
MINE = RedirectView.as_view(pattern_name="accounts:account")

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("address/", account.email, name="account_email"),
    path("address/sent/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^address/confirm/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path("password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/chosen/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("factor/", MINE, name="mfa_index"),
    path("factor/code/", factor.authenticate, name="mfa_authenticate"),
    path("factor/again/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("factor/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("factor/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factor/recovery/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factor/recovery/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factor/recovery/file/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("provider/", provider.connections, name="socialaccount_connections"),
    path("provider/signup/", provider.signup, name="socialaccount_signup"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/failed/", provider.login_error, name="socialaccount_login_error"),
    path("provider/<str:provider_id>/login/", openid.login, name="openid_connect_login"),
    path("provider/<str:provider_id>/back/", openid.callback, name="openid_connect_callback"),
]
