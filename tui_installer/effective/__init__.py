"""containerd in effect: what its files say, what containerd makes of them, and what runs."""
