"""Setting the images of a workload's containers, as `kubectl set image` does."""

from dataclasses import dataclass
from typing import ClassVar

from state.cell import Cell, Tone
from state.cluster import requests
from state.cluster.operations.image_name import wrong_image
from state.cluster.operations.managers import FieldPath
from state.cluster.operations.object_operation import Line, PatchOperation
from state.cluster.operations.workloads import nested, template_path, within
from state.cluster.requests import Json
from state.operation import Outcome, Refused
from state.printable import printable

_LISTS = ("initContainers", "containers")
_SPEC: FieldPath = ("spec",)


@dataclass(frozen=True, slots=True)
class SetImage(PatchOperation):
    """Set images by the names of their containers; pods made of the template are renewed by a rollout."""

    images: tuple[tuple[str, str], ...]
    """Pairs of container and image."""

    id: ClassVar[str] = "set-image"
    # Lists of containers are merged by name: the others stay as they are.
    patch_type: ClassVar[str] = requests.STRATEGIC_PATCH

    @property
    def title(self) -> str:
        return f"Set {'the image' if len(self.images) == 1 else 'images'} of {self.called}"

    @property
    def touched(self) -> tuple[FieldPath, ...]:
        return tuple((*self._template, *_SPEC, field) for field in _LISTS)

    def containers(self) -> tuple[tuple[str, str], ...]:
        """Return the containers there are with their images, those that run first first. Raises as `preview`."""
        return tuple(self.now(self.read(self.transport())).items())

    def now(self, found: Json) -> dict[str, str]:
        spec = within(found, (*self._template, *_SPEC))
        containers = [one for field in _LISTS for one in spec.get(field) or ()]
        return {str(one.get("name", "")): str(one.get("image", "")) for one in containers}

    def change(self, found: Json) -> Json:
        known = self.now(found)
        for container, image in self.images:
            if container not in known:
                names = ", ".join(map(printable, known))
                raise Refused(f"{self.subject.path} has no container {printable(container)!r}; it has {names}")
            if wrong := wrong_image(image):
                raise Refused(wrong)
        wanted = {name: image for name, image in self.images if known[name] != image}
        if not wanted:
            raise Refused(f"{self.subject.path} has these images already")
        spec = within(found, (*self._template, *_SPEC))
        changed = {
            field: [{"name": one["name"], "image": wanted[one["name"]]} for one in items if one["name"] in wanted]
            for field in _LISTS
            if (items := spec.get(field) or ())
        }
        return nested((*self._template, *_SPEC), {field: items for field, items in changed.items() if items})

    def lines(self, found: Json) -> tuple[Line, ...]:
        known = self.now(found)
        lines: list[Line] = []
        for container, image in self.images:
            if known[container] == image:
                continue
            lines += [
                (Cell(printable(container), Tone.QUIET),),
                (Cell(f"  - {printable(known[container])}", Tone.BAD),),
                (Cell(f"  + {printable(image)}", Tone.WELL),),
            ]
        return tuple(lines)

    def warnings(self, found: Json) -> tuple[str, ...]:
        spec = found.get("spec") or {}
        if spec.get("paused"):
            return ("it is paused: nothing rolls until it is resumed",)
        if (spec.get("updateStrategy") or {}).get("type") == "OnDelete":
            return ("its pods change only when somebody deletes them (strategy OnDelete)",)
        if self.resource.kind == "ReplicaSet":
            return ("its pods keep their image until they are made anew",)
        return ("the next run uses it, jobs that run keep theirs",) if self.resource.kind == "CronJob" else ()

    def outcome(self, found: Json) -> Outcome:
        known = self.now(found)
        changed = [(name, image) for name, image in self.images if known[name] != image]
        details = {name: f"{known[name]} → {image}" for name, image in changed}
        words = ", ".join(f"{printable(name)} to {printable(image)}" for name, image in changed)
        return Outcome(True, f"{self.subject.path} sets {words}", details)

    @property
    def _template(self) -> FieldPath:
        path = template_path(self.resource)
        if path is None:
            raise Refused(f"{self.called} has no containers whose image could be set")
        return path
