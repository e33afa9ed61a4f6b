"""The stacks of real teams (examples/stacks) on the tests' node, and what those teams have around them."""
