"""Alerts are found by what they are about without reading all of them"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_alerts_about_id", "alerts", ["about_id"])


def downgrade() -> None:
    op.drop_index("ix_alerts_about_id", "alerts")
