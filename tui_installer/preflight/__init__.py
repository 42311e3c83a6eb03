"""Before a run: looks at the machine, completes the answers, makes the plan and judges the checks."""
