"""Validates a notebook and prints it as Jupyter saves it."""
import sys

import nbformat

notebook = nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT)
nbformat.validate(notebook)
sys.stdout.buffer.write((nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n").encode())
