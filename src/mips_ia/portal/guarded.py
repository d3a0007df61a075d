"""Which columns of which tables a trace covers; records that are sealed have digests of their own.

How a trace is made has a number, its `seal`. A column or a table that comes later belongs to the next one:
what was traced in an earlier way is checked in that way until the row is written again. A table of a package
is called by the package and its name.
"""

SEAL = 4
_FIRST = {
    "practice": "organization_id name slug tin",
    "site": "practice_id name zip ended_at",
    "year": """practice_id year report_as pathway mvp entity_id statuses statuses_checked_on sites_recognized
        sites_all apm quality_and_pi_submitted not_scored extreme_circumstances study specialty denominator
        denominator_reason considered""",
    "clinician": "practice_id npi last_name first_name credential email person_id",
    "stay": """year_id clinician_id site_id joined_on left_on billed non_patient_facing rural hpsa row_id
        ended_at""",
    "chosen": "year_id activity chosen_by_id chosen_at ended_at",
    "window": """year_id clinician_id activity first last taking_part note row_id entered_by_id entered_at
        replaces_id replaced_at""",
    "request": "window_id delegate_id basis asked_by_id asked_at",
    "evidence": "practice_id number title made_by_id made_at",
    "hold": "year_id reason person_id at lifted_at lifted_by_id lifted_because",
    "audit": """year_id received_on asked_by scope due_on due_because person_id role at closed_at closed_by_id
        closed_because""",
    "audititem": "audit_id number label words activity clinician_id owner_id note done",
    "auditanswer": "item_id evidence_id person_id at ended_at ended_by_id",
    "binder": "year_id activity clinician_id phi asked_by_id role asked_at told made_at sha256 size manifest",
    "upload": """practice_id year_id kind name replace content table mended left_out rows_read uploaded_by_id
        uploaded_at saved_at changes results undone_at dropped_at""",
    "batch": """organization_id name replace content tables mended left_out rows_read found uploaded_by_id
        uploaded_at saved_at changes undone_at dropped_at""",
    "organization": "name",
    "person": "password email name is_active reminded joined_at",
    "membership": "person_id organization_id practice_id role signing_official grants since ended_at",
    "invitation": """organization_id practice_id role signing_official clinician_id name email digest
        invited_by_id invited_at until taken_at""",
    "token": "person_id name digest scopes made_at until ended_at",
    "calendarfeed": "person_id practice_id digest made_at ended_at",
    "notary": "origin public at",
}
_SECOND = _FIRST | {
    "waiting": "practice_id person_id place name found asked made_at",
    "draft": "person_id address fields kept_at",
    "reminder": "person_id practice_id about sent_at",
    "mfa.authenticator": "user_id type data created_at",
    "account.emailaddress": "user_id email verified primary",
    "socialaccount.socialaccount": "user_id provider uid extra_data date_joined",
}
_THIRD = _SECOND | {"binder": f"{_FIRST['binder']} audit_id answered"}
_FOURTH = _THIRD | {"binder": f"{_THIRD['binder']} holds gone_at", "forgetting": "practice_id sha256 body at"}
COLUMNS = {
    seal: {table: tuple(names.split()) for table, names in columns.items()}
    for seal, columns in enumerate((_FIRST, _SECOND, _THIRD, _FOURTH), 1)
}
# Columns of these tables that no trace covers: how far work has got, and when somebody was last here.
BESIDE = {
    "binder": {"begun", "moved_at", "done", "of"},
    "upload": {"work", "step", "moved_at", "told"},
    "batch": {"work", "step", "steps", "moved_at", "told"},
    "person": {"last_login"},
    "token": {"last_used_at"},
    "mfa.authenticator": {"last_used_at"},
    "socialaccount.socialaccount": {"last_login"},
}


def table_of(model):
    """What a table is called here: one of the portal by its name alone."""
    meta = model._meta  # noqa: SLF001 - Django's own way
    return meta.model_name if meta.app_label == "portal" else meta.label_lower


def model_of(apps, table):
    """The model of a table that is called so; `apps` are Django's, or those of a migration."""
    return apps.get_model(table if "." in table else f"portal.{table}")


def beside(model):
    """Columns of a table whose changes leave no trace."""
    return BESIDE.get(table_of(model), set())
