"""The kinds that are read into rows of their own when somebody asks for them."""

from typing import Any

from state.cluster.kinds.argo_applications import APPLICATION
from state.cluster.kinds.autoscalers import AUTOSCALER
from state.cluster.kinds.config_maps import CONFIG_MAP
from state.cluster.kinds.containers import CONTAINER
from state.cluster.kinds.custom_resource_definitions import DEFINITION
from state.cluster.kinds.disruption_budgets import DISRUPTION_BUDGET
from state.cluster.kinds.endpoint_slices import ENDPOINT_SLICE
from state.cluster.kinds.flux import FLUX_HELM_RELEASE, KUSTOMIZATION
from state.cluster.kinds.gateways import GATEWAY, GATEWAY_CLASS, HTTP_ROUTE
from state.cluster.kinds.helm_releases import HELM_RELEASE
from state.cluster.kinds.ingresses import INGRESS
from state.cluster.kinds.kind import Kind
from state.cluster.kinds.leases import LEASE
from state.cluster.kinds.limit_ranges import LIMIT_RANGE
from state.cluster.kinds.network_policies import NETWORK_POLICY
from state.cluster.kinds.persistent_volume_claims import PERSISTENT_VOLUME_CLAIM
from state.cluster.kinds.persistent_volumes import PERSISTENT_VOLUME
from state.cluster.kinds.resource_quotas import RESOURCE_QUOTA
from state.cluster.kinds.role_bindings import CLUSTER_ROLE_BINDING, ROLE_BINDING
from state.cluster.kinds.roles import CLUSTER_ROLE, ROLE
from state.cluster.kinds.rollouts import ROLLOUT
from state.cluster.kinds.secrets import SECRET
from state.cluster.kinds.service_accounts import SERVICE_ACCOUNT
from state.cluster.kinds.storage_classes import STORAGE_CLASS

OTHERS: tuple[Kind[Any], ...] = (
    CONTAINER,
    ENDPOINT_SLICE,
    INGRESS,
    CONFIG_MAP,
    SECRET,
    PERSISTENT_VOLUME_CLAIM,
    PERSISTENT_VOLUME,
    STORAGE_CLASS,
    AUTOSCALER,
    DISRUPTION_BUDGET,
    NETWORK_POLICY,
    SERVICE_ACCOUNT,
    ROLE,
    CLUSTER_ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE_BINDING,
    LEASE,
    RESOURCE_QUOTA,
    LIMIT_RANGE,
    DEFINITION,
    GATEWAY_CLASS,
    GATEWAY,
    HTTP_ROUTE,
    HELM_RELEASE,
    APPLICATION,
    ROLLOUT,
    KUSTOMIZATION,
    FLUX_HELM_RELEASE,
)
