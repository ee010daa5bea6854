"""What Rasa's rules and forms call: one module a topic. Each reads the turn, calls cases, and answers by response name."""
