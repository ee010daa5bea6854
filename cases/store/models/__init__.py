"""The tables. Every text that a person wrote and every identity is Sealed; times are aware UTC.

A child's rows are sealed under the child's own key (`key_owner`), staff rows under the key named "staff", and what an
unknown number sent under a key of its conversation.
"""

from cases.store.models.base import Base, DataKey, Serial, Utc, new_id, utcnow
from cases.store.models.people import Absence, Allocation, ChildSettings, Person, Phone, Review
from cases.store.models.said import (
    AdvocateOffer,
    AdvocateRequest,
    Answer,
    Complaint,
    ComplaintEvent,
    Consultation,
    Decision,
    Issue,
)
from cases.store.models.setup import ImportChange, ImportRun, SettingChange
from cases.store.models.staff import (
    Alert,
    Attempt,
    Audit,
    ChatInvite,
    ChatSession,
    Draft,
    Login,
    OutsideAccount,
    RecoveryCode,
    StaffSession,
)
from cases.store.models.talk import Conversation, DoneAction, Inbound, Job, Outgoing
from cases.store.models.work import Concern, Consulted, Contact, FlagCorrection, FollowUp, Note

__all__ = [
    "Absence",
    "AdvocateOffer",
    "AdvocateRequest",
    "Alert",
    "Allocation",
    "Answer",
    "Attempt",
    "Audit",
    "Base",
    "ChatInvite",
    "ChatSession",
    "ChildSettings",
    "Complaint",
    "ComplaintEvent",
    "Concern",
    "Consultation",
    "Consulted",
    "Contact",
    "Conversation",
    "DataKey",
    "Decision",
    "DoneAction",
    "Draft",
    "FlagCorrection",
    "FollowUp",
    "ImportChange",
    "ImportRun",
    "Inbound",
    "Issue",
    "Job",
    "Login",
    "Note",
    "Outgoing",
    "OutsideAccount",
    "Person",
    "Phone",
    "RecoveryCode",
    "Review",
    "Serial",
    "SettingChange",
    "StaffSession",
    "Utc",
    "new_id",
    "utcnow",
]
