"""`python -m bot …`: Rasa's own command line, without the deprecation warnings of its libraries of 2021."""

import warnings

import sanic.app  # noqa: F401 - switches those warnings on when it is imported, whatever PYTHONWARNINGS says

warnings.simplefilter("ignore", DeprecationWarning)

from rasa.__main__ import main  # noqa: E402

main()
