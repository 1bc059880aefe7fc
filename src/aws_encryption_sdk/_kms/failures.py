"""Errors of botocore, and wrong answers of AWS KMS, as errors of this package: the one place that translates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from ..exceptions import KmsRequestError

#: What the error codes of AWS KMS mean, and what to do.
_MEANINGS: Final = {
    "AccessDeniedException": (
        "access denied; the key policy, an IAM policy or a grant has to allow kms:{operation} on this key to these credentials"
    ),
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
    "ThrottlingException": "requests are throttled, after all retries; send fewer, or configure more retries",
    "LimitExceededException": "a quota of AWS KMS is exhausted",
    "ValidationException": "AWS KMS takes the request for malformed",
    "ExpiredTokenException": "the AWS credentials have expired",
    "UnrecognizedClientException": "the AWS credentials are not valid",
    "InvalidClientTokenId": "the AWS credentials are not valid",
    "InvalidSignatureException": "the AWS credentials are not valid, or the clock is wrong",
    "MissingAuthenticationTokenException": "the request had no AWS credentials",
    "OptInRequired": "the account is not subscribed to AWS KMS in this region",
}
#: What the exceptions of botocore mean, for which no answer came back; the nearest base class counts.
_NO_ANSWERS: Final = {
    "NoCredentialsError": "there are no AWS credentials",
    "PartialCredentialsError": "the AWS credentials are incomplete",
    "CredentialRetrievalError": "the AWS credentials could not be fetched",
    "TokenRetrievalError": "the AWS credentials could not be fetched; log in again",
    "SSOError": "the AWS credentials could not be fetched; log in again",
    "ConnectTimeoutError": "no connection within the time-out, after all retries",
    "ReadTimeoutError": "no answer within the time-out, after all retries",
    "EndpointConnectionError": "the endpoint could not be reached, after all retries; compare the region and the network",
    "ProxyConnectionError": "the proxy could not be reached",
    "SSLError": "the TLS connection failed",
    "HTTPClientError": "the connection failed, after all retries",
    "ParamValidationError": "botocore takes the request for malformed",
}
_SHOWN: Final = 300


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
        code, said = _error_of_kms(error)
        if code is None:
            return self._error(f"{_no_answer(error)} ({type(error).__name__}: {one_line(str(error))})", None)
        meaning = _MEANINGS.get(code, "AWS KMS refused").format(operation=self.operation)
        return self._error(f"{meaning} ({one_line(code)}{': ' + one_line(said) if said else ''})", code)

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


def one_line(text: str) -> str:
    """Return ``text``, which may come from a message that nobody vouched for yet, as a short line of printable characters."""
    line = " ".join(text.split())
    shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "..."
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown)


def _error_of_kms(error: Exception) -> tuple[str | None, str]:
    # botocore's ClientError is told by what it carries, so that clients other than botocore's may raise their like.
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, Mapping) else None
    if not isinstance(details, Mapping) or not isinstance(details.get("Code"), str):
        return None, ""
    return details["Code"], str(details.get("Message") or "")


def _no_answer(error: Exception) -> str:
    for ancestor in type(error).__mro__:
        meaning = _NO_ANSWERS.get(ancestor.__name__)
        if meaning is not None:
            return meaning
    return "the client failed"
