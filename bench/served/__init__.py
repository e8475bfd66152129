"""The archive as it is served: the real gunicorn on a real database, asked over HTTP."""
