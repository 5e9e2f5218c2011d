"""What runs inside the sandbox: bytes in, plain data out.

Each function here is handed to `sandbox.stream`. Nothing of Django or of the network is imported, so that the child
starts quickly and little of its memory is spent before the file is read.
"""
