"""The measuring commands."""

import os

# As the worker has it: threads of the sentence model's own would only wait for each other. Before numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
