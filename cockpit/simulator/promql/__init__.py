"""PromQL as Prometheus understands it: text to tree, tree to text, tree to values."""
