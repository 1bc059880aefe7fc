"""Errors of botocore, and wrong answers of Amazon DynamoDB, as errors of this package: the one place that translates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from .._kms.service_errors import COMMON_MEANINGS, error_of_service, explained, one_line
from ..exceptions import DynamoDbRequestError

#: What the error codes of DynamoDB mean, and what to do.
_MEANINGS: Final = {
    **COMMON_MEANINGS,
    "ResourceNotFoundException": "there is no such table; compare its name and the Region, or make it with create_key_store",
    "ResourceInUseException": "the table is being created or deleted; try again",
    "ProvisionedThroughputExceededException": (
        "the table is asked more often than its capacity allows, after all retries; raise it, or cache longer"
    ),
    "RequestLimitExceeded": "the account sends too many requests, after all retries",
    "TransactionInProgressException": "the same request is under way already",
    "LimitExceededException": "a quota of DynamoDB is exhausted",
    "ItemCollectionSizeLimitExceededException": "the items of this branch key take too much room",
    "InternalServerError": "DynamoDB failed, after all retries",
    "ValidationException": "DynamoDB takes the request for malformed",
}
_DENIED: Final = "access denied; an IAM policy has to allow dynamodb:{permission} on this table to these credentials"
_PERMISSIONS: Final = {"TransactWriteItems": "PutItem"}


@attrs.define
class DynamoDbRequest:
    """A request to DynamoDB, as far as errors tell of it.

    :param operation: Operation, such as ``GetItem``
    :param table_name: Table that is asked
    :param region_name: Region of the client, where it tells
    :param cause: The exception of the client
    """

    operation: str
    table_name: str
    region_name: str | None
    cause: Exception | None = None

    @property
    def code(self) -> str | None:
        """Error code of DynamoDB."""
        return None if self.cause is None else error_of_service(self.cause)[0]

    def failed(self) -> DynamoDbRequestError:
        """Return the error for the exception of the client."""
        if self.cause is None:
            return self._error("the client failed")
        permission = _PERMISSIONS.get(self.operation, self.operation)
        meanings = {**_MEANINGS, "AccessDeniedException": _DENIED.format(permission=permission)}
        return self._error(explained(self.cause, meanings, "DynamoDB"))

    def answered_wrongly(self, reason: str) -> DynamoDbRequestError:
        """Return the error for an answer that was not what was asked for."""
        return self._error(f"the answer is not usable: {reason}")

    def cancelled(self, reasons: tuple[str, ...]) -> DynamoDbRequestError:
        """Return the error for a transaction that was cancelled for these reasons."""
        error = self._error(f"the transaction was cancelled, and nothing was written ({', '.join(reasons)}); try again")
        error.__cause__ = self.cause
        return error

    def cancellation_reasons(self) -> tuple[str, ...]:
        """Return the codes of the reasons why a transaction was cancelled; always one at least."""
        response: Any = getattr(self.cause, "response", None)
        told = response.get("CancellationReasons") if isinstance(response, Mapping) else None
        codes = [reason.get("Code") for reason in told or () if isinstance(reason, Mapping)]
        reasons = tuple(one_line(str(code)) for code in codes if code not in (None, "None"))
        return reasons or ("for no stated reason",)

    def _error(self, what: str) -> DynamoDbRequestError:
        place = f" in Region {self.region_name}" if self.region_name else ""
        return DynamoDbRequestError(
            f"DynamoDB {self.operation} on table {one_line(self.table_name)}{place}: {what}",
            self.operation,
            self.table_name,
            self.region_name,
            self.code,
        )
