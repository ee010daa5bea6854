from heard.cli import cli

cli(prog_name="heard")
