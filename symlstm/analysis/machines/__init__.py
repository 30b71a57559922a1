"""What the state of a unit carries: its machine, what grows, what is remembered, and which statements hold."""
