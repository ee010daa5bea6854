"""How a text becomes an intent: normalise, features, classifier; and the Rasa component around them."""
