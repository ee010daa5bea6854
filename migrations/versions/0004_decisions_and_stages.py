"""Decisions, what becomes of a complaint and of an advocate request, and how a child wants to be reached."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('advocate_offers',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('why', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('advocate_offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_advocate_offers_child_id'), ['child_id'], unique=False)

    op.create_table('child_settings',
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=8), nullable=True),
    sa.Column('quiet_from', sa.String(length=5), nullable=True),
    sa.Column('quiet_until', sa.String(length=5), nullable=True),
    sa.Column('easy_read', sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column('language', sa.String(length=16), nullable=True),
    sa.Column('helped_by', sa.LargeBinary(), nullable=True),
    sa.Column('helped_since', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.PrimaryKeyConstraint('child_id')
    )
    op.create_table('complaint_events',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('complaint_id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('stage', sa.String(length=16), nullable=False),
    sa.Column('words', sa.LargeBinary(), nullable=True),
    sa.Column('by', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['people.id'], ),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['complaint_id'], ['complaints.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('complaint_events', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_complaint_events_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_complaint_events_complaint_id'), ['complaint_id'], unique=False)

    op.create_table('decisions',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('child_id', sa.String(length=64), nullable=False),
    sa.Column('review_id', sa.String(length=64), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.LargeBinary(), nullable=False),
    sa.Column('who', sa.LargeBinary(), nullable=True),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('done_by', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['child_id'], ['people.id'], ),
    sa.ForeignKeyConstraint(['done_by'], ['people.id'], ),
    sa.ForeignKeyConstraint(['recorded_by'], ['people.id'], ),
    sa.ForeignKeyConstraint(['review_id'], ['reviews.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decisions_child_id'), ['child_id'], unique=False)

    with op.batch_alter_table('advocate_requests', schema=None) as batch_op:
        batch_op.add_column(sa.Column('share_words', sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column('presumed', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('provider', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('advocate', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('handed_over_by', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('started_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('chased', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_foreign_key('fk_advocate_requests_handed_over_by', 'people', ['handed_over_by'], ['id'])

    with op.batch_alter_table('complaints', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('stage_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('complicated', sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone_id', sa.String(length=64), nullable=True))

    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.add_column(sa.Column('detail', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('decision_id', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_issues_decision_id'), ['decision_id'], unique=False)
        batch_op.create_foreign_key('fk_issues_decision_id', 'decisions', ['decision_id'], ['id'])

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('photo', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('answers', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.add_column(sa.Column('shared', sa.Boolean(), server_default=sa.false(), nullable=False))



def downgrade() -> None:
    with op.batch_alter_table('phones', schema=None) as batch_op:
        batch_op.drop_column('shared')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('answers')
        batch_op.drop_column('photo')

    with op.batch_alter_table('issues', schema=None) as batch_op:
        batch_op.drop_constraint('fk_issues_decision_id', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_issues_decision_id'))
        batch_op.drop_column('decision_id')
        batch_op.drop_column('detail')

    with op.batch_alter_table('inbound', schema=None) as batch_op:
        batch_op.drop_column('phone_id')

    with op.batch_alter_table('complaints', schema=None) as batch_op:
        batch_op.drop_column('complicated')
        batch_op.drop_column('stage_at')
        batch_op.drop_column('acknowledged_at')

    with op.batch_alter_table('advocate_requests', schema=None) as batch_op:
        batch_op.drop_constraint('fk_advocate_requests_handed_over_by', type_='foreignkey')
        batch_op.drop_column('chased')
        batch_op.drop_column('closed_at')
        batch_op.drop_column('started_at')
        batch_op.drop_column('handed_over_by')
        batch_op.drop_column('advocate')
        batch_op.drop_column('provider')
        batch_op.drop_column('presumed')
        batch_op.drop_column('share_words')

    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decisions_child_id'))

    op.drop_table('decisions')
    with op.batch_alter_table('complaint_events', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_complaint_events_complaint_id'))
        batch_op.drop_index(batch_op.f('ix_complaint_events_child_id'))

    op.drop_table('complaint_events')
    op.drop_table('child_settings')
    with op.batch_alter_table('advocate_offers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_advocate_offers_child_id'))

    op.drop_table('advocate_offers')
