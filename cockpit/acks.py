"""Who keeps one's acks up in a context."""

from cockpit.monitoring import Monitoring
from state.alerts.keeper import AckKeeper, Keeping
from state.author import Author
from state.contexts import Context
from state.journal.journal import Journal
from state.leading import Lead
from state.operation import Operation, Outcome
from state.perform import perform


def keeper_of(context: Context, monitoring: Monitoring, journal: Journal, author: Author) -> AckKeeper | None:
    """Return the keeper of a context's acks, None where there is no Alertmanager or nothing may be changed."""
    settings = context.settings
    alerts, alertmanagers = monitoring.alerts, monitoring.alertmanagers
    if alerts is None or alertmanagers is None or settings.read_only:
        return None

    def who() -> str:
        return settings.person or author.name

    def do(operation: Operation) -> Outcome:
        return perform(operation, journal, read_only=False, who=who() or settings.who)

    lead = Lead(journal.path.parent, _matter(context))
    return AckKeeper(alerts, alertmanagers, Keeping(who, do, lead, journal, settings.alerts.longest_ack_seconds))


def _matter(context: Context) -> str:
    """What cockpits lead in: one name on the same servers is one matter, whatever the context is called."""
    members = [member for endpoint in context.settings.alertmanagers for member in endpoint.each]
    addresses = ",".join(map(str, members))
    # An address inside a cluster, or none at all, means other servers in another context.
    inside = not members or any(member.service is not None for member in members)
    return " ".join((addresses, context.settings.person, *([context.name] if inside else [])))
