"""The command `heard`: it starts the processes and keeps them."""

import sys

# Compiled once and kept beside the source, whatever the environment says: compiling SQLAlchemy anew would cost each
# process three seconds at each start, and the gateway is to be ready in two.
sys.dont_write_bytecode = False
