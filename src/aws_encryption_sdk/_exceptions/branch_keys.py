"""Exceptions of branch keys and the branch key store."""

from __future__ import annotations

from .general import AWSEncryptionSDKClientError


class BranchKeyStoreError(AWSEncryptionSDKClientError):
    """The branch key store failed, or refused."""


class BranchKeyNotFoundError(BranchKeyStoreError):
    """The branch key store has no branch key with this id, or not in this version."""


class BranchKeyExistsError(BranchKeyStoreError):
    """A branch key with this id exists already."""


class BranchKeyVersionConflictError(BranchKeyStoreError):
    """Somebody else gave the branch key a new version at the same time; nothing was written."""


class BranchKeyTamperedError(BranchKeyStoreError):
    """What the branch key store keeps of a branch key is incomplete or malformed, was altered, or belongs to another store."""


class BranchKeyIdSupplierError(AWSEncryptionSDKClientError):
    """A branch key id supplier failed, or gave something that is no branch key id."""


class DynamoDbRequestError(BranchKeyStoreError):
    """A request to Amazon DynamoDB failed, or its answer was not what was asked for.

    :param message: What happened
    :param operation: Operation, such as ``GetItem``
    :param table_name: Table that was asked
    :param region_name: Region that was asked, where the client tells it
    :param code: Error code of DynamoDB, such as ``ResourceNotFoundException``; None where no error of DynamoDB came back
    """

    def __init__(
        self,
        message: str,
        operation: str = "",
        table_name: str = "",
        region_name: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.table_name = table_name
        self.region_name = region_name
        self.code = code

    def __reduce__(self) -> tuple[type[DynamoDbRequestError], tuple[str, str, str, str | None, str | None]]:
        return type(self), (str(self), self.operation, self.table_name, self.region_name, self.code)
