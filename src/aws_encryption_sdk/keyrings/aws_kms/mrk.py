"""The AWS KMS MRK keyring: one key, perhaps multi-Region (framework/aws-kms/aws-kms-mrk-keyring.md)."""

from __future__ import annotations

from ..._kms.arn import KmsArn
from ..._kms.multi_region import match_for_decrypt
from ._single_key import SingleKeyKeyring

__all__ = ["AwsKmsMrkKeyring"]


class AwsKmsMrkKeyring(SingleKeyKeyring):
    """Wraps data keys with one key in AWS KMS, and unwraps what this key or a related multi-Region key has wrapped.

    May be shared by threads. With a single-Region key it does as
    :class:`~aws_encryption_sdk.keyrings.aws_kms.strict.AwsKmsStrictKeyring` does.

    :param kms_key_id: Key ARN, alias ARN, alias (``alias/...``) or key id; to decrypt, a key ARN
    :param kms_client: Client of AWS KMS, such as boto3's; it is not modified. A keyring that has one cannot be pickled
    :param grant_tokens: Grant tokens, sent with every request
    :param client_supplier: Client supplier, in place of ``kms_client``: it is asked for the region of the ARN
    :raises MalformedArnError: if ``kms_key_id`` is no identifier of AWS KMS
    :raises ArgumentTypeError: if there is neither a client nor a client supplier, or something is of the wrong type
    """

    def _key_to_ask(self, arn: KmsArn) -> tuple[KmsArn | None, str]:
        if isinstance(self._key, KmsArn) and match_for_decrypt(self._key, arn):
            return self._key, ""
        return None, self._why_not(arn)
