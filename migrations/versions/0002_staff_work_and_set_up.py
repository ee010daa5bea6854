"""Staff work, set-up and the papers of a review"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('concerns',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('note', sa.LargeBinary(), nullable=True),
    sa.Column('raised_by', sa.String(length=64), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_by', sa.String(length=64), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['ended_by'], ['people.id'], ),
    sa.ForeignKeyConstraint(['raised_by'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('concerns', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concerns_child_id'), ['child_id'], unique=False)

    op.create_table('contacts',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('relation', sa.String(length=16), nullable=False),
    sa.Column('name', sa.LargeBinary(), nullable=False),
    sa.Column('phone', sa.LargeBinary(), nullable=True),
    sa.Column('email', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contacts_child_id'), ['child_id'], unique=False)

    op.create_table('follow_ups',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('by_id', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_follow_ups_child_id'), ['child_id'], unique=False)

    op.create_table('imports',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('by_id', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('updated', sa.Integer(), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['undone_by'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('notes',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('author_id', sa.String(length=64), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_child_id'), ['child_id'], unique=False)

    op.create_table('setting_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('by_id', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('setting_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_setting_changes_name'), ['name'], unique=False)

    op.create_table('consulted',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('review_id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('role', sa.String(length=16), nullable=False),
    sa.Column('who', sa.LargeBinary(), nullable=False),
    sa.Column('how', sa.String(length=16), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['recorded_by'], ['people.id'], ),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('consulted', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consulted_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_consulted_review_id'), ['review_id'], unique=False)

    op.create_table('import_changes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('import_id', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.String(length=64), nullable=False),
    sa.Column('owner', sa.String(length=64), nullable=False),
    sa.Column('before', sa.LargeBinary(), nullable=True),
    sa.Column('after', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['imports.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('import_changes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_changes_import_id'), ['import_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_changes_person_id'), ['person_id'], unique=False)

    op.create_table('flag_corrections',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('inbound_id', sa.String(length=64), nullable=False),
    sa.Column('was_risk', sa.String(length=16), nullable=False),
    sa.Column('was_category', sa.String(length=32), nullable=True),
    sa.Column('risk', sa.String(length=16), nullable=False),
    sa.Column('category', sa.String(length=32), nullable=True),
    sa.Column('why', sa.LargeBinary(), nullable=False),
    sa.Column('by_id', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['inbound_id'], ['inbound.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('flag_corrections', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_flag_corrections_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flag_corrections_inbound_id'), ['inbound_id'], unique=False)

    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.create_index('ix_alerts_open', ['child_id'], unique=False, sqlite_where=sa.text('acknowledged_at IS NULL'), postgresql_where=sa.text('acknowledged_at IS NULL'))

    with op.batch_alter_table('allocations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('apart_because', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('note', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.create_index('ix_inbound_unread', ['conversation_id'], unique=False, sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.add_column(sa.Column('decisions_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('record_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('distributed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('explained', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('explained_by', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('explained_message_id', sa.String(length=64), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('reviews', schema=None) as batch_op:
        batch_op.drop_column('explained_message_id')
        batch_op.drop_column('explained_by')
        batch_op.drop_column('explained')
        batch_op.drop_column('distributed_on')
        batch_op.drop_column('record_on')
        batch_op.drop_column('decisions_on')

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_index('ix_inbound_unread', sqlite_where=sa.text('read_at IS NULL'), postgresql_where=sa.text('read_at IS NULL'))

    with op.batch_alter_table('drafts', schema=None) as batch_op:
        batch_op.drop_column('note')

    with op.batch_alter_table('allocations', schema=None) as batch_op:
        batch_op.drop_column('apart_because')

    with op.batch_alter_table('alerts', schema=None) as batch_op:
        batch_op.drop_index('ix_alerts_open', sqlite_where=sa.text('acknowledged_at IS NULL'), postgresql_where=sa.text('acknowledged_at IS NULL'))

    with op.batch_alter_table('flag_corrections', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_flag_corrections_inbound_id'))
        batch_op.drop_index(batch_op.f('ix_flag_corrections_child_id'))

    op.drop_table('flag_corrections')
    with op.batch_alter_table('import_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_changes_person_id'))
        batch_op.drop_index(batch_op.f('ix_import_changes_import_id'))

    op.drop_table('import_changes')
    with op.batch_alter_table('consulted', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_consulted_review_id'))
        batch_op.drop_index(batch_op.f('ix_consulted_child_id'))

    op.drop_table('consulted')
    with op.batch_alter_table('setting_changes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_setting_changes_name'))

    op.drop_table('setting_changes')
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_notes_child_id'))

    op.drop_table('notes')
    op.drop_table('imports')
    with op.batch_alter_table('follow_ups', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_follow_ups_child_id'))

    op.drop_table('follow_ups')
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_contacts_child_id'))

    op.drop_table('contacts')
    with op.batch_alter_table('concerns', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_concerns_child_id'))

    op.drop_table('concerns')
