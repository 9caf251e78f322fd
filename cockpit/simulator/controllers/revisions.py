"""Controller revisions: the templates a stateful or daemon set has had, for its history and its way back."""

from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.owned import OwnedIndex
from cockpit.simulator.controllers.templates import short_hash
from cockpit.simulator.kinds import CONTROLLER_REVISIONS, name_of, new_object
from cockpit.simulator.store import Object

REVISION_LABEL = "controller-revision-hash"


def template_data(template: Object) -> Object:
    """Return what a controller revision keeps of a template: a patch that sets it anew."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def revision_for(owner: Object, number: int) -> Object:
    """Return the controller revision that stands for the owner's present template."""
    spec, metadata = owner["spec"], owner["metadata"]
    hash_ = short_hash(spec["template"], 9)
    labels = {**(spec["template"].get("metadata") or {}).get("labels", {}), REVISION_LABEL: hash_}
    return new_object(
        CONTROLLER_REVISIONS,
        f"{metadata['name']}-{hash_}",
        metadata["namespace"],
        labels=labels,
        owner=owner,
        data=template_data(spec["template"]),
        revision=number,
    )


class RevisionHistory:
    """Keeps the controller revisions of the sets of one kind."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._owned = OwnedIndex(context, CONTROLLER_REVISIONS)

    def current(self, owner: Object) -> Object:
        """Return the revision of the owner's template: a new one, or the known one, renumbered when it is back."""
        listed = sorted(self._owned.of(owner["metadata"]["uid"]), key=lambda one: one["revision"])
        data = template_data(owner["spec"]["template"])
        highest = listed[-1]["revision"] if listed else 0
        known = next((one for one in listed if one["data"] == data), None)
        if known is None:
            created = self._store.create(CONTROLLER_REVISIONS, revision_for(owner, highest + 1)).object
            self._forget_oldest(owner, listed)
            return created
        if known["revision"] < highest:
            return self._store.replace(CONTROLLER_REVISIONS, {**known, "revision": highest + 1}).object
        return known

    def template(self, owner: Object, name: str) -> Object | None:
        """Return the template a revision of the owner keeps, None when it is not there."""
        stored = self._store.get(CONTROLLER_REVISIONS, owner["metadata"]["namespace"], name)
        if stored is None:
            return None
        kept = stored.object["data"]["spec"]["template"]
        return {key: value for key, value in kept.items() if key != "$patch"}

    def _forget_oldest(self, owner: Object, listed: list[Object]) -> None:
        for one in listed[: max(0, len(listed) - owner["spec"].get("revisionHistoryLimit", 10))]:
            self._store.remove(CONTROLLER_REVISIONS, *name_of(one))
