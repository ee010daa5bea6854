"""What the dialogue asked last, and after which messages the child was asked whether they are safe"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("asked", sa.String(64), nullable=True))
    with op.batch_alter_table("inbound") as table:
        table.add_column(sa.Column("asked_safe", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("UPDATE inbound SET asked_safe = true WHERE risk = 'concern'")


def downgrade() -> None:
    with op.batch_alter_table("inbound") as table:
        table.drop_column("asked_safe")
    with op.batch_alter_table("conversations") as table:
        table.drop_column("asked")
