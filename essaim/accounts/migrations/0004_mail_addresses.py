"""People registered before addresses were confirmed by mail keep theirs, taken as confirmed."""

from django.db import migrations


def take(apps, editor):
    User = apps.get_model("accounts", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    known = set(EmailAddress.objects.values_list("email", flat=True))
    made = []
    for user in User.objects.exclude(email="").filter(emailaddress__isnull=True).order_by("-is_active", "id"):
        address = user.email.strip().lower()
        # One account an address: the first registered, open accounts first, keeps it.
        if address not in known:
            known.add(address)
            made.append(EmailAddress(user=user, email=address, verified=True, primary=True))
    EmailAddress.objects.bulk_create(made, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_journal_append_only"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [migrations.RunPython(take, migrations.RunPython.noop)]
