"""All controllers of one world, started together."""

from cockpit.simulator.controllers.applications import ApplicationController
from cockpit.simulator.controllers.argo_rollout import RolloutController
from cockpit.simulator.controllers.autoscaler import Autoscaler
from cockpit.simulator.controllers.certificates import CertificateController
from cockpit.simulator.controllers.context import Context
from cockpit.simulator.controllers.cron_job import CronJobController
from cockpit.simulator.controllers.daemon_set import DaemonSetController
from cockpit.simulator.controllers.deployment import DeploymentController
from cockpit.simulator.controllers.disruption import DisruptionController
from cockpit.simulator.controllers.endpoints import EndpointsController
from cockpit.simulator.controllers.garbage import GarbageCollector
from cockpit.simulator.controllers.hub import WorkQueue
from cockpit.simulator.controllers.job import JobController
from cockpit.simulator.controllers.namespaces import NamespaceController
from cockpit.simulator.controllers.nodes import NodeController
from cockpit.simulator.controllers.quota import QuotaController
from cockpit.simulator.controllers.replica_set import ReplicaSetController
from cockpit.simulator.controllers.revisions import RevisionHistory
from cockpit.simulator.controllers.scheduler import Scheduler
from cockpit.simulator.controllers.stateful_set import StatefulSetController
from cockpit.simulator.controllers.volumes import VolumeController
from cockpit.simulator.kinds import (
    CERTIFICATES,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    GIT_APPLICATIONS,
    JOBS,
    NAMESPACES,
    NODES,
    PDBS,
    PVCS,
    QUOTAS,
    REPLICA_SETS,
    ROLLOUTS,
    SERVICES,
    STATEFUL_SETS,
    name_of,
)
from cockpit.simulator.ports import Kubelets
from cockpit.simulator.store import Collection


class ControllerManager:
    """The control plane's controllers. They take up changes from here on; what stands is taken to be at rest."""

    def __init__(self, context: Context, kubelets: Kubelets) -> None:
        self._context = context
        history = RevisionHistory(context)
        self.scheduler = Scheduler(context)
        self.garbage = GarbageCollector(context)
        self._autoscaler = Autoscaler(context, kubelets)
        self._queues: dict[Collection, WorkQueue] = {
            NAMESPACES: NamespaceController(context).queue,
            NODES: NodeController(context).queue,
            DEPLOYMENTS: DeploymentController(context).queue,
            REPLICA_SETS: ReplicaSetController(context).queue,
            STATEFUL_SETS: StatefulSetController(context, history).queue,
            DAEMON_SETS: DaemonSetController(context, history).queue,
            JOBS: JobController(context).queue,
            CRON_JOBS: CronJobController(context).queue,
            PVCS: VolumeController(context).queue,
            SERVICES: EndpointsController(context).queue,
            PDBS: DisruptionController(context).queue,
            QUOTAS: QuotaController(context).queue,
            CERTIFICATES: CertificateController(context).queue,
            GIT_APPLICATIONS: ApplicationController(context).queue,
            ROLLOUTS: RolloutController(context).queue,
        }

    def look_at_everything(self) -> None:
        """Have every controller look at every object it keeps, as after its restart."""
        for collection, queue in self._queues.items():
            queue.add_all(name_of(stored.object) for stored in self._context.store.list(collection))
