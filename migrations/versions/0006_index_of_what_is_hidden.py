"""The index of what is hidden holds only what is hidden, so that no query for the rest is planned over it"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.text('hidden_from IS NOT NULL')
    for table in ('inbound', 'outgoing'):
        op.drop_index(f'ix_{table}_hidden_from', table_name=table)
        op.create_index(f'ix_{table}_hidden_from', table, ['hidden_from'], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    for table in ('inbound', 'outgoing'):
        op.drop_index(f'ix_{table}_hidden_from', table_name=table)
        op.create_index(f'ix_{table}_hidden_from', table, ['hidden_from'])
