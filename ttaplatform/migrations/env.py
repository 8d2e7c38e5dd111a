"""Alembic's environment: it runs on the connection that it is handed, and leaves the job queue's tables alone."""

from typing import Any

from alembic import context

from ttaplatform.catalogue import models as catalogue_models
from ttaplatform.certificates import models as certificate_models
from ttaplatform.db import Base
from ttaplatform.learning import models as learning_models
from ttaplatform.people import models as people_models

TABLES = (catalogue_models, certificate_models, learning_models, people_models)


def ours(_item: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Say whether a table is ours."""
    return kind != "table" or name in Base.metadata.tables


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    include_object=ours,
    transaction_per_migration=False,
    transactional_ddl=False,
)
context.run_migrations()
