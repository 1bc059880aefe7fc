"""What a request asked for, read from its HTTP form."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CREDENTIAL_SCOPE = re.compile(r"Credential=(?P<access_key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")


@dataclass(frozen=True)
class SentRequest:
    """One request as the server received it.

    :param service: ``kms``, ``dynamodb``, or an empty string where the request was not signed
    :param operation: Name of the operation, for example ``GenerateDataKey``
    :param region: Region that it was signed for
    :param parameters: Its JSON body; byte strings are in base64
    :param user_agent: What the client calls itself
    """

    service: str
    operation: str
    region: str
    parameters: Mapping[str, Any] = field(repr=False)
    user_agent: str

    @property
    def key_id(self) -> str | None:
        """Return the parameter ``KeyId``."""
        return self.parameters.get("KeyId")

    @property
    def encryption_context(self) -> dict[str, str] | None:
        """Return the encryption context, or None where none was sent."""
        return self.parameters.get("EncryptionContext")

    @property
    def grant_tokens(self) -> list[str] | None:
        """Return the grant tokens, or None where none were sent."""
        return self.parameters.get("GrantTokens")

    def blob(self, name: str) -> bytes:
        """Return a parameter that is a byte string."""
        return base64.b64decode(self.parameters[name])


def read_request(environ: dict[str, Any]) -> SentRequest:
    """Read a request from its WSGI environment, and leave its body for the next reader."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    scope = CREDENTIAL_SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return SentRequest(
        service=scope["service"] if scope else "",
        operation=environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2],
        region=scope["region"] if scope else "",
        parameters=json.loads(body) if body[:1] == b"{" else {},
        user_agent=environ.get("HTTP_USER_AGENT", ""),
    )
