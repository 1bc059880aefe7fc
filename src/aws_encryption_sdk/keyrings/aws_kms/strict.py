"""The AWS KMS keyring of one key (framework/aws-kms/aws-kms-keyring.md)."""

from __future__ import annotations

from ..._kms.arn import KmsArn
from ._single_key import SingleKeyKeyring

__all__ = ["AwsKmsStrictKeyring"]


class AwsKmsStrictKeyring(SingleKeyKeyring):
    """Wraps data keys with one key in AWS KMS, and unwraps what was wrapped with exactly this key. May be shared by threads.

    With an alias, or a key id without its ARN, it encrypts only: an encrypted data key names its key by the ARN.

    :param kms_key_id: Key ARN, alias ARN, alias (``alias/...``) or key id
    :param kms_client: Client of AWS KMS, such as boto3's; it is not modified. A keyring that has one cannot be pickled
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for the region of the ARN
    :raises MalformedArnError: if ``kms_key_id`` is no identifier of AWS KMS
    :raises ArgumentTypeError: if there is neither a client nor a client supplier, or something is of the wrong type
    """

    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        return (arn, "") if arn == self._key else (None, self._why_not(arn))
