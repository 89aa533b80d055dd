"""Makes a bare machine ready for the program: Debian packages, virtual environment, web page.

Standard library only: it runs before anything is installed.
"""
