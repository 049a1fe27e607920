"""What follows from a catalog, as data in the words of Prometheus and Grafana; shared by several targets."""
