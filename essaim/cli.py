"""`essaim <room> <verb>`: the command line, twin of the pages.

Rooms are loaded only when named, so that the pure ones run without Django.
Exit codes: 0 done, 1 failed, 2 bad usage. Errors are one sentence on stderr.
"""

import importlib
import os
import sys

import click

from essaim.law.text import ExplainedError

# room -> (module holding a click group or command named `command`, what it does)
ROOMS = {
    "law": ("essaim.law.cli", "The law as dated, cited data."),
    "observatory": ("essaim.observatory.cli", "Official open data in, figures out."),
    "territories": ("essaim.territories.cli", "Regions to neighbourhoods; where a point lies."),
    "organisations": ("essaim.organisations.cli", "The directory: import, search, export."),
    "procurement": (
        "essaim.procurement.cli",
        "Public procurement: routes, contracts, SPASER, hours, meetings.",
    ),
    "accounts": ("essaim.accounts.cli", "People, authorities, roles."),
    "atlas": ("essaim.atlas.cli", "A territory's atlas as text, JSON, CSV or PDF."),
    "worker": ("essaim.site.worker", "Follow changes for the search, do what is due."),
    "serve": ("essaim.site.serve", "Serve the site."),
    "manage": ("essaim.site.manage", "Django's own commands."),
}


class Rooms(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return None
        module, _ = ROOMS[cmd_name]
        return importlib.import_module(module).command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Rooms"):
            formatter.write_dl([(name, summary) for name, (_, summary) in ROOMS.items()])


def language() -> str:
    """The reader's language, from ESSAIM_LANG or the terminal's locale."""
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "fr" if wanted[:2].lower() == "fr" or wanted[:1] in ("C", "P") else "en"


@click.command(cls=Rooms)
@click.version_option(package_name="essaim")
def essaim() -> None:
    """Essaim: the open platform of an urban region's policy for the social and solidarity economy."""


def main(arguments: list[str] | None = None) -> None:
    try:
        code = essaim.main(arguments, prog_name="essaim", standalone_mode=False)
    except click.Abort:
        click.echo("Interrompu." if language() == "fr" else "Interrupted.", err=True)
        sys.exit(1)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except ExplainedError as error:
        click.echo(error.text.in_(language()), err=True)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
