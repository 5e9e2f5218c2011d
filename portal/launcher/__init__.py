"""From a bare machine to a served map: what `./parages` does.

Standard library only: it runs before anything of the project is installed, and imports nothing of the project.
"""
