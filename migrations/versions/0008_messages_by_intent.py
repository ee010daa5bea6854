"""The messages that asked for one thing are found without reading all of them"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_inbound_intent", "inbound", ["intent"])


def downgrade() -> None:
    op.drop_index("ix_inbound_intent", "inbound")
