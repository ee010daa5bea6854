"""What runs inside the Rasa process. Stands alone: imports nothing of ours from outside this folder."""
