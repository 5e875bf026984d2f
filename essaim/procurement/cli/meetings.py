"""Commands: business meetings: wishes, schedule, agendas, follow-up."""

import json

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from essaim.law.text import ExplainedError
from essaim.matching.meetings.problem import granted
from essaim.procurement.models import MeetingEvent
from essaim.procurement.operations.meetings.planning import TIME_LIMIT_S, plan_event


@click.group()
def meetings() -> None:
    """Business meetings between buyers and suppliers."""


@meetings.command("plan")
@click.option("--event", "event_id", type=int, required=True, help="Number of the event, as in its address.")
@click.option("--replan", is_flag=True, help="Keep as many meetings of the published schedule as can be.")
@click.option("--seconds", type=float, default=TIME_LIMIT_S, show_default=True, help="Time allowed.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--apply", is_flag=True, help="Publish the schedule; without it, only compute it.")
def plan_command(event_id: int, replan: bool, seconds: float, form: str, apply: bool) -> None:
    """Compute the best schedule of an event, with its proof."""
    event = MeetingEvent.objects.select_related("authority").filter(pk=event_id).first()
    if event is None:
        raise click.ClickException(f"There is no event {event_id}. Its number is in the address of its page.")
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("reading")
        try:
            made = plan_event(
                event=event, is_replan=replan, apply=apply, time_limit_s=seconds,
                progress=lambda stage: bar.update(task, description=stage),
                by=None, on=timezone.localdate(),
            )  # fmt: skip
        except ExplainedError as refusal:
            raise click.ClickException(refusal.text.en) from refusal
    schedule, problem = made.schedule, made.problem
    figures = {
        "event": event.pk, "meetings": len(schedule.meetings), "proof": schedule.proof,
        "asking": len(problem.asking), "met": schedule.met, "met_bound": schedule.met_bound,
        "wishes": len(problem.wishes),
        "granted": granted(problem, [each.pair for each in schedule.meetings]),
        "weight": schedule.weight, "upper_bound": schedule.upper_bound, "gap_pct": round(schedule.gap_pct, 3),
        "greedy_weight": made.greedy_weight, "applied": apply,
    }  # fmt: skip
    if made.change:
        figures |= {name: len(getattr(made.change, name)) for name in ("kept", "moved", "added", "removed")}
    if form == "json":
        click.echo(json.dumps(figures, indent=1))
        return
    done = "" if apply else " Nothing was written: add --apply."
    click.echo(
        f"{figures['meetings']} meetings, {figures['granted']} of {figures['wishes']} wishes granted, "
        f"{figures['met']} of {figures['asking']} people who asked are met ({schedule.proof}, "
        f"gap {schedule.gap_pct:.2f} %, first come first served {made.greedy_weight} against "
        f"{schedule.weight}).{done}"
    )


commands: tuple[click.Command, ...] = (meetings,)
