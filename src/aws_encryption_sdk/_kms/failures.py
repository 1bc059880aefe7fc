"""Errors of botocore, and wrong answers of AWS KMS, as errors of this package: the one place that translates them."""

from __future__ import annotations

from typing import Final

import attrs

from ..exceptions import KmsRequestError
from .service_errors import COMMON_MEANINGS, error_of_service, explained, one_line

_DENIED: Final = (
    "access denied; the key policy, an IAM policy or a grant has to allow kms:{operation} on this key to these credentials"
)
#: What the other error codes of AWS KMS mean, and what to do.
_MEANINGS: Final = {
    **COMMON_MEANINGS,
    "NotFoundException": "the key was not found in this region and account; compare the key id and the region",
    "DisabledException": "the key is disabled; enable it",
    "KMSInvalidStateException": "the key is in a state that does not allow this, such as pending deletion or import",
    "KeyUnavailableException": "the key is not available at present; try again",
    "InvalidCiphertextException": (
        "the encrypted data key was not made with this key, or with another encryption context (wrong context) or "
        "encryption algorithm, or was altered"
    ),
    "IncorrectKeyException": "the encrypted data key was made with another key (incorrect key)",
    "InvalidKeyUsageException": "the kind or the usage of the key does not allow this; compare its key spec and key usage",
    "InvalidGrantTokenException": "a grant token is not valid",
    "InvalidArnException": "the ARN is not valid in this region",
    "UnsupportedOperationException": "the key or the region does not support this operation",
    "DependencyTimeoutException": "AWS KMS timed out, after all retries",
    "KMSInternalException": "AWS KMS failed, after all retries",
    "LimitExceededException": "a quota of AWS KMS is exhausted",
    "ValidationException": "AWS KMS takes the request for malformed",
    "OptInRequired": "the account is not subscribed to AWS KMS in this region",
}


@attrs.frozen(slots=True)
class KmsRequest:
    """A request to AWS KMS, as far as errors tell of it.

    :param operation: Operation, such as ``Decrypt``
    :param key_id: Key that is asked
    :param region_name: Region of the client, where it tells
    :param error_class: Exception of a failure
    """

    operation: str
    key_id: str
    region_name: str | None
    error_class: type[KmsRequestError]

    def failed(self, error: Exception) -> KmsRequestError:
        """Return the error for an exception of the client."""
        meanings = {**_MEANINGS, "AccessDeniedException": _DENIED.format(operation=self.operation)}
        return self._error(explained(error, meanings, "AWS KMS"), error_of_service(error)[0])

    def answered_wrongly(self, reason: str) -> KmsRequestError:
        """Return the error for an answer that was not what was asked for."""
        return self._error(f"the answer is not usable: {reason}", None)

    def impossible(self, reason: str) -> KmsRequestError:
        """Return the error for a request that cannot be sent."""
        return self._error(reason, None)

    def _error(self, what: str, code: str | None) -> KmsRequestError:
        place = f" in region {self.region_name}" if self.region_name else ""
        return self.error_class(
            f"AWS KMS {self.operation} with key {one_line(self.key_id)}{place}: {what}",
            self.operation,
            self.key_id,
            self.region_name,
            code,
        )
