"""What the exceptions of a botocore client say: the answer of the service, or why none came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

#: What the error codes mean that every service has.
COMMON_MEANINGS: Final = {
    "ThrottlingException": "requests are throttled, after all retries; send fewer, or configure more retries",
    "ExpiredTokenException": "the AWS credentials have expired",
    "UnrecognizedClientException": "the AWS credentials are not valid",
    "InvalidClientTokenId": "the AWS credentials are not valid",
    "InvalidSignatureException": "the AWS credentials are not valid, or the clock is wrong",
    "MissingAuthenticationTokenException": "the request had no AWS credentials",
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


def error_of_service(error: Exception) -> tuple[str | None, str]:
    """Return the error code that a service answered with, and its message; None where no answer came."""
    # botocore's ClientError is told by what it carries, so that clients other than botocore's may raise their like.
    response = getattr(error, "response", None)
    details = response.get("Error") if isinstance(response, Mapping) else None
    if not isinstance(details, Mapping) or not isinstance(details.get("Code"), str):
        return None, ""
    return details["Code"], str(details.get("Message") or "")


def explained(error: Exception, meanings: Mapping[str, str], service: str) -> str:
    """Return what an exception of a client means, and what it said itself.

    :param meanings: What the error codes of the service mean, and what to do
    :param service: Name of the service
    """
    code, said = error_of_service(error)
    if code is None:
        return f"{_no_answer(error)} ({type(error).__name__}: {one_line(str(error))})"
    meaning = meanings.get(code, f"{service} refused")
    return f"{meaning} ({one_line(code)}{': ' + one_line(said) if said else ''})"


def one_line(text: str) -> str:
    """Return ``text``, which may come from a message that nobody vouched for yet, as a short line of printable characters."""
    line = " ".join(text.split())
    shown = line if len(line) <= _SHOWN else line[:_SHOWN] + "..."
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in shown)


def _no_answer(error: Exception) -> str:
    for ancestor in type(error).__mro__:
        meaning = _NO_ANSWERS.get(ancestor.__name__)
        if meaning is not None:
            return meaning
    return "the client failed"
