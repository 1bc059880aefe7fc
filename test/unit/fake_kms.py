"""A double of a KMS client, in this process: it keeps what it was asked, and can be told to answer otherwise."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/99999999-12ab-34cd-56ef-1234567890ab"
MRK_WEST = f"arn:aws:kms:us-west-2:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab"
MRK_EAST = MRK_WEST.replace("us-west-2", "us-east-1")


class FakeClientError(Exception):
    """Looks like botocore's ``ClientError``."""

    def __init__(self, code: str, message: str = "said by KMS") -> None:
        super().__init__(f"An error occurred ({code}): {message}")
        self.response = {"Error": {"Code": code, "Message": message}}


@dataclass
class FakeKms:
    """A client for one region.

    :param region: Region
    :param key_ids: Identifiers of the keys that it knows, and the ARN of each; None if it knows every ARN
    """

    region: str | None = "us-west-2"
    key_ids: dict[str, str] | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    #: Changes the answer of an operation, or raises.
    changes: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.meta = SimpleNamespace(region_name=self.region)

    def fails(self, operation: str, code: str = "AccessDeniedException") -> FakeKms:
        """Refuse an operation from now on."""
        self.changes[operation] = raiser(FakeClientError(code))
        return self

    def answers(self, operation: str, **fields: Any) -> FakeKms:
        """Put other fields into the answers of an operation from now on."""
        self.changes[operation] = lambda answer: {**answer, **fields}
        return self

    def generate_data_key(self, **request: Any) -> Any:
        """GenerateDataKey."""
        plaintext = os.urandom(request["NumberOfBytes"])
        return self._answer(
            "generate_data_key", request, Plaintext=plaintext, CiphertextBlob=self._wrapped(plaintext, request)
        )

    def generate_data_key_without_plaintext(self, **request: Any) -> Any:
        """GenerateDataKeyWithoutPlaintext."""
        wrapped = self._wrapped(os.urandom(request["NumberOfBytes"]), request)
        return self._answer("generate_data_key_without_plaintext", request, CiphertextBlob=wrapped)

    def re_encrypt(self, **request: Any) -> Any:
        """ReEncrypt."""
        self.calls.append(("re_encrypt", request))
        source = {"KeyId": request["SourceKeyId"], "EncryptionContext": request["SourceEncryptionContext"]}
        key, plaintext = self._opened(request["CiphertextBlob"], source)
        destination = {"KeyId": request["DestinationKeyId"], "EncryptionContext": request["DestinationEncryptionContext"]}
        wrapped = self._wrapped(plaintext, destination)
        answer = {"SourceKeyId": key, "KeyId": self._arn(destination), "CiphertextBlob": wrapped}
        return self._changed("re_encrypt", answer)

    def encrypt(self, **request: Any) -> Any:
        """Encrypt."""
        return self._answer("encrypt", request, CiphertextBlob=self._wrapped(request["Plaintext"], request))

    def decrypt(self, **request: Any) -> Any:
        """Decrypt."""
        self.calls.append(("decrypt", request))
        key, plaintext = self._opened(request["CiphertextBlob"], request)
        return self._changed("decrypt", {"KeyId": key, "Plaintext": plaintext})

    def _opened(self, ciphertext: bytes, request: dict[str, Any]) -> tuple[str, bytes]:
        try:
            resource, context, plaintext = json.loads(ciphertext)
        except ValueError:
            raise FakeClientError("InvalidCiphertextException") from None
        if context != request.get("EncryptionContext", {}):
            raise FakeClientError("InvalidCiphertextException")
        key = self._arn(request)
        if key.split("/")[1] != resource:
            raise FakeClientError("IncorrectKeyException")
        return key, base64.b64decode(plaintext)

    def _wrapped(self, plaintext: bytes, request: dict[str, Any]) -> bytes:
        # Related multi-Region keys have the same resource id, and decrypt each other's ciphertexts.
        resource = self._arn(request).split("/")[1]
        return json.dumps([resource, request.get("EncryptionContext", {}), base64.b64encode(plaintext).decode()]).encode()

    def _arn(self, request: dict[str, Any]) -> str:
        key_id: str = request["KeyId"]
        if self.key_ids is None:
            return key_id
        if key_id not in self.key_ids:
            raise FakeClientError("NotFoundException")
        return self.key_ids[key_id]

    def _answer(self, operation: str, request: dict[str, Any], **fields: Any) -> Any:
        self.calls.append((operation, request))
        return self._changed(operation, {"KeyId": self._arn(request), **fields})

    def _changed(self, operation: str, answer: dict[str, Any]) -> Any:
        change = self.changes.get(operation)
        return answer if change is None else change(answer)


class FakeSupplier:
    """A client supplier of :class:`FakeKms`, as a plain callable."""

    def __init__(self, regions: Iterable[str] = ("us-west-2", "us-east-1", "eu-central-1")) -> None:
        self.clients: dict[str | None, FakeKms] = {region: FakeKms(region) for region in regions}
        self.asked: list[str | None] = []

    def __call__(self, region_name: str | None) -> FakeKms:
        """Return the client for a region."""
        self.asked.append(region_name)
        return self.clients[region_name]


def raiser(error: Exception) -> Callable[[object], Any]:
    """Return a function that raises ``error``."""

    def raise_it(_: object) -> Any:
        raise error

    return raise_it
