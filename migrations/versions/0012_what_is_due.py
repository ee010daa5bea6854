"""An index of what is not done alone: the one before held all that ever was, and each look went through it"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_jobs_due", "jobs", ["due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_jobs_open", "jobs")


def downgrade() -> None:
    op.create_index("ix_jobs_open", "jobs", ["done_at", "due_at"])
    op.drop_index("ix_jobs_due", "jobs")
