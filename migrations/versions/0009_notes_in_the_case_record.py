"""Notes of staff go into the case record with the rest, and from here after it"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notes") as table:
        table.add_column(sa.Column("in_record_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("words_gone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notes") as table:
        table.drop_column("words_gone_at")
        table.drop_column("in_record_at")
