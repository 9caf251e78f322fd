"""Certificates as cert-manager keeps them: issued when new, issued again when their secret goes."""

from base64 import b64encode

from cockpit.simulator.clock import seconds_of, timestamp
from cockpit.simulator.controllers.conditions import with_condition
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.events import Source
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.kinds import CERTIFICATES, SECRETS, name_of, new_object
from cockpit.simulator.store import Change, Object

_HOUR = 3600.0
_ISSUED_AFTER_SECONDS = 6.0
_SOURCE = Source("cert-manager-certificates-issuing")


def hours(duration: str) -> float:
    """Return the whole hours of a duration as Go writes it (`2160h0m0s`). Raises ValueError when it has none."""
    return float(duration.partition("h")[0])


def certificate_status(certificate: Object, issued: float, now: str) -> Object:
    """Return the status of a certificate issued at a moment."""
    old, spec = certificate.get("status", {}), certificate["spec"]
    expires = issued + hours(spec.get("duration", "2160h")) * _HOUR
    return {
        "conditions": with_condition(
            old.get("conditions", ()),
            "Ready",
            "True",
            now,
            observedGeneration=certificate["metadata"].get("generation", 1),
            reason="Ready",
            message="Certificate is up to date and has not expired",
        ),
        "notBefore": timestamp(issued),
        "notAfter": timestamp(expires),
        "renewalTime": timestamp(expires - hours(spec.get("renewBefore", "720h")) * _HOUR),
        "revision": old.get("revision", 0) + 1,
    }


def secret_for(certificate: Object) -> Object:
    """Return the secret that holds a certificate; what is in it is no real key."""
    namespace, name = name_of(certificate)
    body = b64encode(f"simulated certificate {namespace}/{name}".encode()).decode()
    return new_object(
        SECRETS,
        certificate["spec"]["secretName"],
        namespace,
        annotations={"cert-manager.io/certificate-name": name},
        type="kubernetes.io/tls",
        data={"tls.crt": body, "tls.key": body},
    )


class CertificateController:
    """Sees that every certificate has a secret and a time until which it is good."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.queue = WorkQueue(context.agenda, self.reconcile)
        context.hub.on(CERTIFICATES, self._note)
        context.hub.on(SECRETS, self._note_secret)

    def _note(self, change: Change) -> None:
        if change.type == "ADDED":
            self.queue.add(*name_of(change.new.object))

    def _note_secret(self, change: Change) -> None:
        metadata = change.new.object["metadata"]
        certificate = metadata.get("annotations", {}).get("cert-manager.io/certificate-name")
        if change.type == "DELETED" and certificate is not None:
            self.queue.add(metadata["namespace"], certificate)

    def reconcile(self, namespace: str, name: str) -> None:
        """Have one certificate issued when its secret is missing."""
        stored = self._store.get(CERTIFICATES, namespace, name)
        if stored is None or self._store.get(SECRETS, namespace, stored.object["spec"]["secretName"]) is not None:
            return
        message = "Issuing certificate as Secret does not exist"
        self._context.events.normal(stored.object, _SOURCE, "Issuing", message)
        self._context.agenda.after(_ISSUED_AFTER_SECONDS, lambda: self._issue(namespace, name))

    def _issue(self, namespace: str, name: str) -> None:
        stored = self._store.get(CERTIFICATES, namespace, name)
        if stored is None or self._store.get(SECRETS, namespace, stored.object["spec"]["secretName"]) is not None:
            return
        self._store.create(SECRETS, secret_for(stored.object))
        now = self._context.now()
        status = certificate_status(stored.object, seconds_of(now), now)
        issued = self._store.replace(CERTIFICATES, {**stored.object, "status": status}).object
        message = "The certificate has been successfully issued"
        self._context.events.normal(issued, _SOURCE, "Issuing", message)
