"""`python -m bot …`: Rasa's own command line, without the deprecation warnings of its libraries of 2021."""

import warnings

# Sanic switches such warnings on when it is imported, and Rasa does it when it starts, whatever PYTHONWARNINGS says. So
# what would warn is imported first.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import matplotlib  # noqa: F401
    import sanic.app  # noqa: F401
warnings.simplefilter("ignore", DeprecationWarning)

from rasa.__main__ import main  # noqa: E402

main()
