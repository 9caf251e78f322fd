"""The lists of what the cockpit knows itself: which contexts there are, and which kinds."""

from collections.abc import Iterable

from screens.cluster.stops import Stop
from state.contexts import Contexts
from state.own_kinds import CONTEXT, KIND, ContextRow, context_rows, kind_rows
from state.query import Query


def contexts_listed(contexts: Contexts) -> Stop:
    """Return the list of the contexts of the kubeconfig, as its files are now."""
    contexts.known.ask()

    def rows() -> Iterable[ContextRow]:
        opened = [context.name for context in contexts]
        return context_rows(contexts.known.found, contexts.home.name, opened)

    return Stop(CONTEXT, (contexts.home.name,), Query(), own=rows)


def kinds_listed(contexts: Contexts) -> Stop:
    """Return the list of the kinds that can be shown, and what they may be called."""
    kinds = contexts.home.kinds
    return Stop(KIND, (contexts.home.name,), Query(), own=lambda: kind_rows(kinds.listed()))
