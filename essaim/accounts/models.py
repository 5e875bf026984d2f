from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person. Roles are held per authority, not here."""
