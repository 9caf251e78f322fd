"""The metrics of the simulated world, under the names and labels their real exporters give them."""
