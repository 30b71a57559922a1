"""Work on many pieces by several processes, here or on a cluster: bounded in time and memory, and in order."""
