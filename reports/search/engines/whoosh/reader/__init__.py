"""The newest commit as a process has it open."""
