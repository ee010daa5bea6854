"""A form that was left is passed on: when the child was told so and with which message, that they said no, and how it was sent"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told_with", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("kept_back", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("sent_how", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("consultations", schema=None) as batch_op:
        for name in ("sent_how", "kept_back", "told_with", "told_at"):
            batch_op.drop_column(name)
