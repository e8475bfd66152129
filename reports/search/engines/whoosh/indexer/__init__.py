"""Writing: a commit, a build by several processes."""
