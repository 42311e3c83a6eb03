"""Makes a CentOS 7.9 server a Kubernetes 1.25 node."""

__version__ = "0.1.0"
