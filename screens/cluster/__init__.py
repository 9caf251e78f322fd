"""The cluster screen: any kind in one live grid, and the ways between kinds."""

from screens.cluster.screen import ClusterScreen as ClusterScreen
