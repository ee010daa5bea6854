"""A second factor, accounts of the council's OpenID provider, where somebody was, and what is in the case record"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HANDED_OVER = ("inbound", "outgoing", "consultations", "issues", "complaints", "advocate_requests")


def upgrade() -> None:
    with op.batch_alter_table("logins") as table:
        table.add_column(sa.Column("totp", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
    with op.batch_alter_table("staff_sessions") as table:
        table.add_column(sa.Column("waits_for", sa.String(length=8), nullable=True))
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("source", sa.LargeBinary(), nullable=True))
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"])
    op.create_table(
        "outside_accounts",
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"]),
        sa.PrimaryKeyConstraint("subject_hash"),
        sa.UniqueConstraint("person_id"),
    )
    for name in HANDED_OVER:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("in_record_at", sa.DateTime(timezone=True), nullable=True))
            table.add_column(sa.Column("words_gone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in HANDED_OVER:
        with op.batch_alter_table(name) as table:
            table.drop_column("words_gone_at")
            table.drop_column("in_record_at")
    op.drop_table("outside_accounts")
    op.drop_index(op.f("ix_recovery_codes_person_id"), "recovery_codes")
    op.drop_table("recovery_codes")
    for name, columns in (("audit", ("source",)), ("staff_sessions", ("waits_for",)), ("logins", ("totp_step", "totp_since", "totp"))):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.drop_column(column)
