"""The wall: what every engine takes and gives. Imports request, syntax and language, nothing else."""
