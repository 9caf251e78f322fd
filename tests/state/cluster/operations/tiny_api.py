"""An API server of a few objects, for tests of operations: it keeps what it is told and remembers what it was asked."""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from state.cluster.kinds.kind import Resource
from state.cluster.transport import Answer, Request, Stream
from state.ref import Ref

Json = dict[str, Any]
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

DEPLOYMENT = Resource("apps", "v1", "deployments", "Deployment")
STATEFUL_SET = Resource("apps", "v1", "statefulsets", "StatefulSet")
DAEMON_SET = Resource("apps", "v1", "daemonsets", "DaemonSet")
REPLICA_SET = Resource("apps", "v1", "replicasets", "ReplicaSet")
POD = Resource("", "v1", "pods", "Pod")
NODE = Resource("", "v1", "nodes", "Node", False)
CRON_JOB = Resource("batch", "v1", "cronjobs", "CronJob")
JOB = Resource("batch", "v1", "jobs", "Job")
CONFIG_MAP = Resource("", "v1", "configmaps", "ConfigMap")


def status(code: int, message: str = "", reason: str = "", causes: list[Json] | None = None) -> Answer:
    """A refusal as servers write it."""
    body = {"kind": "Status", "status": "Failure", "code": code, "message": message, "reason": reason}
    if causes:
        body["details"] = {"causes": causes}
    return Answer(code, json.dumps(body).encode())


def merged(old: Any, patch: Any) -> Any:
    """What RFC 7386 makes of a value and a patch."""
    if not isinstance(patch, dict):
        return patch
    new = dict(old) if isinstance(old, dict) else {}
    for key, value in patch.items():
        if value is None:
            new.pop(key, None)
        else:
            new[key] = merged(new.get(key), value)
    return new


@dataclass
class TinyApi:
    """A transport. `answers` come before what the objects say: a path with its method, and a function or an answer."""

    objects: dict[str, Json] = field(default_factory=dict)
    answers: dict[tuple[str, str], Callable[[Request], Answer | None] | Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    denied: str = ""

    def put(self, resource: Resource, obj: Json) -> Json:
        """Keep an object; return it."""
        metadata = obj["metadata"]
        metadata.setdefault("uid", f"uid-{metadata['name']}")
        metadata.setdefault("resourceVersion", "10")
        whole = {"apiVersion": resource.api_version, "kind": resource.kind, **obj}
        self.objects[resource.path(metadata.get("namespace", ""), metadata["name"])] = whole
        return whole

    def call(self, request: Request) -> Answer:
        self.asked.append(request)
        answer = self.answers.get((request.method, request.path))
        if callable(answer):
            answer = answer(request)
        if answer is not None:
            return answer
        if request.path == REVIEWS:
            allowed = {"allowed": not self.denied, "reason": self.denied}
            return Answer(201, json.dumps({"status": allowed}).encode())
        return getattr(self, f"_{request.method.lower()}")(request)

    def open(self, request: Request) -> Stream:
        raise NotImplementedError

    def close(self) -> None: ...

    @property
    def writes(self) -> list[Request]:
        """What was asked that would change something: no reading, no review, no dry run."""
        return [one for one in self.asked if one.method != "GET" and one.path != REVIEWS and not is_dry(one)]

    def sent(self, index: int = -1) -> Any:
        """The body of one of the writes."""
        return json.loads(self.writes[index].body or b"{}")

    def _get(self, request: Request) -> Answer:
        found = self.objects.get(request.path)
        if found is not None:
            return Answer(200, json.dumps(found).encode())
        items = [obj for path, obj in self.objects.items() if path.rpartition("/")[0] == request.path]
        if items or request.path.rpartition("/")[2].endswith("s"):
            return Answer(200, json.dumps({"kind": "List", "items": items}).encode())
        return status(404, f"{request.path} not found", "NotFound")

    def _patch(self, request: Request) -> Answer:
        found = self.objects.get(request.path)
        if found is None:
            return status(404, f"{request.path} not found", "NotFound")
        patch = json.loads(request.body or b"{}")
        if isinstance(patch, list):
            return Answer(200, json.dumps(found).encode())
        given = patch.get("metadata", {})
        if given.get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
            causes = [{"reason": "FieldValueInvalid", "message": "field is immutable", "field": "metadata.uid"}]
            return status(422, "metadata.uid: field is immutable", "Invalid", causes)
        if given.get("resourceVersion", found["metadata"]["resourceVersion"]) != found["metadata"]["resourceVersion"]:
            return status(409, "the object has been modified", "Conflict")
        return self._kept(request, merged(copy.deepcopy(found), patch))

    def _put(self, request: Request) -> Answer:
        return self._kept(request, json.loads(request.body or b"{}"))

    def _kept(self, request: Request, new: Json) -> Answer:
        if not is_dry(request):
            number = int(new["metadata"].get("resourceVersion", "10")) + 1
            new = {**new, "metadata": {**new["metadata"], "resourceVersion": str(number)}}
            self.objects[request.path] = new
        return Answer(200, json.dumps(new).encode())

    def _post(self, request: Request) -> Answer:
        body = json.loads(request.body or b"{}")
        if not is_dry(request):
            self.objects[f"{request.path}/{body['metadata']['name']}"] = body
        return Answer(201, json.dumps(body).encode())

    def _delete(self, request: Request) -> Answer:
        found = self.objects.get(request.path)
        if found is None:
            return status(404, f"{request.path} not found", "NotFound")
        options = json.loads(request.body or b"{}")
        if options.get("preconditions", {}).get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
            return status(409, "the UID in the precondition does not match", "Conflict")
        if not is_dry(request):
            del self.objects[request.path]
        return Answer(200, json.dumps(found).encode())


def is_dry(request: Request) -> bool:
    """Whether a request changes nothing by itself."""
    if ("dryRun", "All") in request.query:
        return True
    body = json.loads(request.body or b"null")
    if not isinstance(body, dict):
        return False
    return "All" in (body.get("dryRun") or (body.get("deleteOptions") or {}).get("dryRun") or ())


def ref_of(resource: Resource, obj: Json) -> Ref:
    """The object's name in the world."""
    return Ref("test", resource.group_kind, obj["metadata"].get("namespace", ""), obj["metadata"]["name"])


def text_of(preview: Any) -> str:
    """All that a preview says, line by line."""
    lines = ["".join(cell.text for cell in line) for line in preview.lines]
    return "\n".join([*lines, *(f"! {warning}" for warning in preview.warnings)])


def template(image: str = "app:v1", **labels: str) -> Json:
    """A pod template of one container."""
    return {
        "metadata": {"labels": labels or {"app": "web"}},
        "spec": {"containers": [{"name": "main", "image": image}]},
    }


def workload(name: str = "web", *, replicas: int = 3, image: str = "app:v1", **spec: Any) -> Json:
    """What deployments, stateful and daemon sets have in common."""
    return {
        "metadata": {"name": name, "namespace": "shop", "generation": 4},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": template(image),
            **spec,
        },
        "status": {"replicas": replicas},
    }


def scale_answers(api: TinyApi, path: str) -> None:
    """Let an object answer at its scale subresource."""

    def read(request: Request) -> Answer:
        found = api.objects[path]
        body = {"kind": "Scale", "metadata": found["metadata"], "spec": {"replicas": found["spec"]["replicas"]}}
        return Answer(200, json.dumps(body).encode())

    def write(request: Request) -> Answer:
        answer = api._patch(Request(path, request.query, "PATCH", request.body, request.content_type))
        return read(request) if answer.status == 200 else answer

    api.answers["GET", f"{path}/scale"] = read
    api.answers["PATCH", f"{path}/scale"] = write


def on(api: TinyApi, make: Any, resource: Resource, obj: Json, *args: Any, **more: Any) -> Any:
    """An operation on an object that the server keeps from now on."""
    kept = api.put(resource, obj)
    return make(lambda: api, resource, ref_of(resource, kept), kept["metadata"]["uid"], *args, **more)
