"""The book layer: Sphinx extensions and the build driver. It shows results and never computes any."""
